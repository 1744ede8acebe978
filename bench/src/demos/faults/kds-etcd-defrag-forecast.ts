import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part, says } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Fifty thousand keys were written and deleted; the database file keeps its size while little of it is used. */
export const fault: Fault = {
  code: 'KDS-etcd-defrag-forecast',
  name: "a store's file is mostly empty",
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-etcd-defrag-forecast',
    title: "A member's database is fragmented",
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-kvstore');
      const namespace = 'demo-kvstore';
      const at = scene.around('churn', 12);
      const etcd = part(plan, namespace, 'etcd', {
        kind: 'StatefulSet',
        image: 'quay.io/coreos/etcd:v3.5.17',
        port: 2379,
        memory: ['128Mi', '512Mi'],
      });
      says(plan, etcd, {
        since: at,
        every: 60,
        line: (time) =>
          `{"level":"info","ts":"${new Date(time).toISOString()}","caller":"mvcc/kvstore_compaction.go:68","msg":"finished scheduled compaction","compact-revision":${50_000 + (time % 1000)}}`,
      });
      const [pod] = realise(plan, etcd).pods;
      const labels = { job: 'etcd', namespace, pod: pod?.name ?? 'etcd-0', service: 'etcd' };
      addMetrics(
        plan,
        gauge(scene, 'etcd_mvcc_db_total_size_in_bytes', labels, ramp(at - 3 * MINUTE, at, [2e6, 74e6])),
        gauge(scene, 'etcd_mvcc_db_total_size_in_use_in_bytes', labels, (time) =>
          time < at ? ramp(at - 3 * MINUTE, at, [1.8e6, 71e6])(time) : 6e6,
        ),
        gauge(scene, 'etcd_server_quota_backend_bytes', labels, () => 2147483648),
      );
      fire(plan, {
        alertname: 'EtcdHighFragmentationRatio',
        severity: 'critical',
        labels,
        summary: `etcd member ${labels.pod} in namespace demo-kvstore has a database fragmentation ratio of 92%.`,
        description: `The etcd database on ${labels.pod} has 92% fragmented space. Total database size is significantly larger than the data actually in use.`,
        at: at + 2 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'StatefulSet', namespace: 'demo-kvstore', name: 'etcd' }],
        category: ['etcd-degraded', 'volume-full'],
      }),
  },
};
