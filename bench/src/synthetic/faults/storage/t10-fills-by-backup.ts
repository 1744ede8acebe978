import { MINUTE } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addBackup, backupName } from '../../kit/backup-job.ts';
import { claimOf } from '../../kit/volumes.ts';

const GI = 1024 ** 3;

export const fault: Fault = {
  code: 'T10-fills',
  name: 'backup job fills the volume',
  lookAlikes: ['T05', 'N05', 'Y08'],
  scenario: {
    slug: 'synthetic-backup-fills',
    title: 'Nothing can be written to the database any more',
    families: ['storage'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { database, orders } = app;
      const at = scene.around('backup', 31);
      const full = scene.around('full', 17);
      const claim = claimOf(database);
      const says = ['dumping to /backup/full.sql', 'wrote 2.1 GiB', 'wrote 5.8 GiB', 'wrote 9.0 GiB'];
      const [job] = addBackup(plan, { at, claim, says }).pods;
      const began = Math.floor(at / MINUTE) * MINUTE;
      const end = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
      const free = ramp(began, full, [9.4 * GI, 0.001 * GI]);
      const labels = { job: 'kubelet', namespace: app.namespace, persistentvolumeclaim: claim };
      addMetrics(
        plan,
        gauge(scene, 'kubelet_volume_stats_available_bytes', labels, (time) => (time < end ? free(time) : 9.2 * GI)),
        gauge(scene, 'kubelet_volume_stats_capacity_bytes', labels, () => 20 * GI),
      );
      const mysql = scene.cast.engines.database === 'mysql';
      const words = mysql
        ? "[ERROR] [MY-012814] [InnoDB] Error number 28 means 'No space left on device'"
        : 'PANIC:  could not write to file "pg_wal/xlogtemp.41": No space left on device';
      complaining(plan, database, {
        complaints: [{ since: full, every: 40, say: () => ({ level: 'error', message: words }) }],
        state: running(),
        ...(job ? { pod: { node: job.frame.node.name } } : {}),
      });
      complaining(plan, orders, {
        complaints: [
          {
            since: full + 3_000,
            every: 30,
            say: () => ({ level: 'error', message: `save failed: ${seen(mysql)}`, fields: { status: 500 } }),
          },
        ],
      });
      fillingUp(plan, app.namespace, claim, full);
      highErrorRate(plan, orders, { since: full, percent: 44 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'CronJob', namespace: scene.cast.namespace, name: backupName(scene) },
          { kind: 'PersistentVolumeClaim', namespace: scene.cast.namespace, name: `data-${scene.cast.database}-0` },
        ],
        category: ['volume-full', 'scheduled-load'],
        keywords: [[backupName(scene)], [`data-${scene.cast.database}-0`]],
        not: [{ kind: 'Deployment' }, { category: 'database-read-only' }, { category: 'node-disk-pressure' }],
      }),
  },
};

function seen(mysql: boolean): string {
  return mysql
    ? "Error 1114 (HY000): The table 'items' is full"
    : 'pq: could not extend file "base/5/16402": No space left on device';
}

function fillingUp(plan: Plan, namespace: string, claim: string, full: number): void {
  alert(plan, {
    alertname: 'KubePersistentVolumeFillingUp',
    severity: 'critical',
    labels: { job: 'kubelet', namespace, persistentvolumeclaim: claim, metrics_path: '/metrics' },
    summary: 'PersistentVolume is filling up.',
    description: `The PersistentVolume claimed by ${claim} in Namespace ${namespace} on cluster is only 0.01% free.`,
    at: full - 2 * MINUTE,
  });
}
