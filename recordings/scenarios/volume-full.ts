import { MINUTE } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

const GI = 2 ** 30;

/** T05: the database's volume filled up; reads work, writes do not. */
export const scenario: Scenario = {
  slug: 'volume-full',
  title: 'Writes fail everywhere, the database pod is ready',
  families: ['storage', 'dependency'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { database, orders, namespace } = app;
    const at = scene.around('full', 19);
    const claim = `data-${database.name}-0`;
    const mysql = scene.cast.engines.database === 'mysql';
    const size = 20 * GI;
    const end = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
    const free = ramp(scene.before(45), at, [1.6 * GI, 0.002 * GI]);
    const pvc = { job: 'kubelet', namespace, persistentvolumeclaim: claim };
    addMetrics(
      plan,
      gauge(scene, 'kubelet_volume_stats_available_bytes', pvc, (time) => (time < end ? free(time) : 21 * GI)),
      gauge(scene, 'kubelet_volume_stats_capacity_bytes', pvc, (time) => (time < end ? size : 2 * size)),
      gauge(scene, 'kubelet_volume_stats_inodes_free', pvc, () => 1_290_000),
    );
    const full = mysql
      ? "[ERROR] [MY-012814] [InnoDB] Error number 28 means 'No space left on device'"
      : 'ERROR:  could not extend file "base/16384/24601": No space left on device';
    complaining(plan, database, {
      complaints: [{ since: at, every: 40, say: () => ({ level: 'error', message: full }) }],
    });
    const seen = mysql
      ? "Error 1114 (HY000): The table 'events' is full"
      : 'ERROR: could not extend file "base/16384/24601": No space left on device (SQLSTATE 53100)';
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 2_000,
          every: 35,
          say: () => ({ level: 'error', message: `insert failed: ${seen}`, fields: { status: 500 } }),
        },
      ],
    });
    if (scene.repaired) {
      for (const item of plan.objects) {
        if (item.kind === 'PersistentVolumeClaim' && item.metadata.name === claim)
          Object.assign(item, {
            spec: { ...(item['spec'] as object), resources: { requests: { storage: '40Gi' } } },
            status: { ...(item['status'] as object), capacity: { storage: '40Gi' } },
          });
      }
    }
    const node = realise(plan, database).pods[0]?.frame.node.name;
    alert(plan, {
      alertname: 'KubePersistentVolumeFillingUp',
      severity: 'critical',
      labels: {
        endpoint: 'https-metrics',
        job: 'kubelet',
        metrics_path: '/metrics',
        namespace,
        node,
        persistentvolumeclaim: claim,
      },
      summary: 'PersistentVolume is filling up.',
      description: `The PersistentVolume claimed by ${claim} in Namespace ${namespace} on cluster is only 0.8% free.`,
      at: at - 4 * MINUTE,
    });
    highErrorRate(plan, orders, { since: at, percent: 35 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'PersistentVolumeClaim', namespace: scene.cast.namespace, name: `data-${scene.cast.database}-0` },
        { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database },
      ],
      category: ['volume-full'],
      keywords: [
        ['No space left on device', 'available_bytes', 'full'],
        [`data-${scene.cast.database}-0`, scene.cast.database],
      ],
      not: [{ kind: 'Deployment' }, { category: 'node-disk-pressure' }, { category: 'database-read-only' }],
    }),
};
