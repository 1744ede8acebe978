import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import { addMetrics, counter, during, steady } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { apiErrorBudget, controlPlaneOf, histogram, replaceStaticPod } from '../../kit/control-plane.ts';

const BOUNDS = ['0.001', '0.004', '0.016', '0.064', '0.256', '1.024', '4.096', '+Inf'] as const;

/** Z02: etcd waits for its disk at every write; the API server answers late, leaders are lost. */
export const fault: Fault = {
  code: 'Z02-slow',
  name: 'etcd slow',
  lookAlikes: ['Z01', 'N08'],
  scenario: {
    slug: 'z02-slow',
    title: 'The API server is slow for everybody',
    families: ['control-plane'],
    cluster: { selfManaged: true },
    build(scene) {
      const { plan } = basePlan(scene);
      const node = controlPlaneOf(plan);
      const at = scene.around('slow', 24);
      const etcd = {
        endpoint: 'http-metrics',
        instance: `${node.address}:2381`,
        job: 'kube-etcd',
        namespace: 'kube-system',
        pod: `etcd-${node.name}`,
      };
      const fast = [0.4, 0.93, 0.992, 0.999, 1, 1, 1, 1];
      const slow = [0, 0.02, 0.09, 0.21, 0.48, 0.83, 0.99, 1];
      for (const [name, factor] of [
        ['etcd_disk_wal_fsync_duration_seconds', 1],
        ['etcd_disk_backend_commit_duration_seconds', 1],
      ] as const)
        histogram(plan, {
          name,
          labels: etcd,
          bounds: BOUNDS,
          rate: steady(scene, name, 38 * factor),
          share: (index, time) =>
            during(scene, at, { normal: () => fast[index] ?? 1, faulty: () => slow[index] ?? 1 })(time),
        });
      addMetrics(
        plan,
        counter(scene, 'etcd_server_leader_changes_seen_total', etcd, {
          rate: during(scene, at, { normal: () => 0, faulty: () => 0.012 }),
        }),
        counter(scene, 'etcd_server_slow_apply_total', etcd, {
          rate: during(scene, at, { normal: () => 0, faulty: () => 4 }),
        }),
      );
      if (scene.repaired) return plan;
      replaceStaticPod(plan, 'etcd', (frame) => ({
        ...running()(frame),
        logs: [
          {
            container: 'etcd',
            lines: Array.from({ length: 24 }, (_, index) => at + index * 40 * SECOND)
              .filter((time) => time < scene.now - SECOND)
              .map((time, index) => {
                const ts = new Date(time).toISOString();
                const text =
                  index % 3 === 0
                    ? `{"level":"warn","ts":"${ts}","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"${1 + (index % 4)}.${index}17s","expected-duration":"1s"}`
                    : `{"level":"warn","ts":"${ts}","caller":"txn/util.go:93","msg":"apply request took too long","took":"${index + 1}12.4ms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\\"/registry/leases/kube-system/kube-scheduler\\" ","response":"range_response_count:1 size:512"}`;
                return logLine(scene, 'etcd', { time }, text);
              }),
          },
        ],
      }));
      alert(plan, {
        alertname: scene.random.pick('alert', ['etcdHighFsyncDurations', 'etcdHighCommitDurations']),
        severity: 'warning',
        labels: { ...etcd },
        summary: 'etcd cluster 99th percentile fsync durations are too high.',
        description: `etcd cluster "kube-etcd": 99th percentile fsync durations are 3.4s on etcd instance ${etcd.instance}.`,
        at: at + 10 * MINUTE,
      });
      if (scene.random.chance('budget', 0.6)) apiErrorBudget(plan, at + 7 * MINUTE);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Pod', namespace: 'kube-system', name: 'etcd-*' },
          { kind: 'Node' },
          { kind: 'Component', name: 'etcd' },
        ],
        category: ['etcd-degraded'],
        keywords: [['fsync', 'fdatasync', 'commit', 'disk']],
        not: [{ kind: 'Deployment' }, { category: 'api-server-overload' }],
      }),
  },
};
