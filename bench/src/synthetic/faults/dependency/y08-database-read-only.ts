import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { restart, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { readOnly } from '../../kit/database-words.ts';
import { serve } from '../../kit/load.ts';
import { databaseRequests } from '../../kit/database-spans.ts';
import { errorLine } from '../../kit/runtimes.ts';
import { routineSays, serverLog } from '../../kit/server-log.ts';

/** The database came back read-only: by a flag of its template, or as the standby after a failover. */
export const fault: Fault = {
  code: 'Y08',
  name: 'database read-only',
  lookAlikes: ['T05', 'Y02'],
  scenario: {
    slug: 'y08-database-read-only',
    title: 'Nothing can be saved, everything can be read',
    families: ['dependency'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
      const { database, orders, worker } = app;
      const at = scene.around('switched', 26);
      const mysql = scene.cast.engines.database === 'mysql';
      const standby = scene.random.chance('standby', 0.5);
      if (standby) {
        restart(database, at, new Date(at).toISOString());
        serverLog(plan, database, {
          says: [
            {
              since: at + 9_000,
              every: 0,
              lines: mysql
                ? [
                    "{iso} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.4'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306",
                    "{iso} 7 [System] [MY-010597] [Repl] 'CHANGE REPLICATION SOURCE TO FOR CHANNEL '' executed'.",
                  ]
                : [
                    '{pg} [29] LOG:  entering standby mode',
                    '{pg} [1] LOG:  database system is ready to accept read-only connections',
                  ],
            },
            { ...routineSays(plan), since: at + 60_000 },
          ],
        });
      } else {
        rollOut(database, {
          at,
          manager: 'kubectl-patch',
          spec: (spec) => {
            mainContainer(spec).args = mysql ? ['--read-only=1'] : ['-c', 'default_transaction_read_only=on'];
          },
        });
        if (scene.repaired) rollBack(database, scene.repairedAt);
      }
      realise(plan, database);
      for (const caller of [orders, worker]) {
        const words = readOnly(scene, caller);
        complaining(plan, caller, {
          complaints: [{ since: at + 25_000, every: 28, say: () => errorLine('save failed', words) }],
        });
      }
      serve(plan, orders, { since: at, errors: [0.001, 0.33] });
      databaseRequests(plan, app, { client: orders, since: at, error: readOnly(scene, orders).message });
      highErrorRate(plan, orders, { since: at, percent: 33 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database }],
        category: ['database-read-only'],
        keywords: [['read-only', 'read_only']],
        not: [{ kind: 'Deployment' }, { category: 'volume-full' }, { category: 'credentials-invalid' }],
      }),
  },
};
