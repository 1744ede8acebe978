import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, counter, during } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { exporterLabels } from '../../kit/database.ts';
import { routineSays, serverLog } from '../../kit/server-log.ts';

/** Pages of the database no longer match their checksums; most queries never touch them and nobody sees an error. */
export const fault: Fault = {
  code: 'U09',
  name: 'data corrupted by the device',
  lookAlikes: ['T08', 'N14', 'Y06'],
  scenario: {
    slug: 'u09-silent-corruption',
    title: 'A consistency check of the database fails, users see nothing',
    families: ['saturation', 'storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { database, namespace } = app;
      const at = scene.around('corrupt', 33);
      const mysql = scene.cast.engines.database === 'mysql';
      const block = scene.random.int('block', 800, 90_000);
      if (scene.repaired) allPods(database, running(), { created: scene.repairedAt });
      else
        serverLog(plan, database, {
          says: [
            routineSays(plan),
            {
              since: at,
              every: 240,
              lines: mysql
                ? [
                    `{iso} 0 [ERROR] [MY-012224] [InnoDB] Database page corruption on disk or a failed file read of page [page id: space=41, page number=${block}]. You may have to recover from a backup.`,
                  ]
                : [
                    '{pg} [3120] WARNING:  page verification failed, calculated checksum 20919 but expected 15254',
                    `{pg} [3120] ERROR:  invalid page in block ${block} of relation base/16384/16397`,
                  ],
            },
          ],
        });
      if (!mysql)
        addMetrics(
          plan,
          counter(
            scene,
            'pg_stat_database_checksum_failures',
            { ...exporterLabels(plan, app), datname: 'app' },
            { rate: during(scene, at, { normal: () => 0, faulty: () => 0.02 }) },
          ),
        );
      alert(plan, {
        alertname: mysql ? 'MysqlPageCorruption' : 'PostgresqlDataCorruption',
        severity: 'critical',
        labels: { namespace, service: database.name, datname: 'app' },
        summary: `Data of ${database.name} is damaged`,
        description: `${database.name} in ${namespace} reports pages that fail verification.`,
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database },
          { kind: 'PersistentVolumeClaim', namespace: scene.cast.namespace },
          { kind: 'PersistentVolume' },
        ],
        category: ['data-corrupted'],
        keywords: [['checksum', 'invalid page', 'corruption']],
        not: [{ kind: 'Deployment' }, { category: 'slow-query' }, { category: 'volume-full' }],
      }),
  },
};
