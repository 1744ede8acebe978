import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { apiErrorBudget, controlPlaneOf, replaceStaticPod } from '../../kit/control-plane.ts';

const GI = 1024 ** 3;

/** Z02: etcd's database reached its quota; the cluster can be read and not written. */
export const fault: Fault = {
  code: 'Z02-space',
  name: 'etcd database full',
  lookAlikes: ['Z01', 'Z04', 'Q01'],
  scenario: {
    slug: 'z02-space',
    title: 'Nothing in the cluster can be changed any more',
    families: ['control-plane'],
    cluster: { selfManaged: true },
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene);
      const node = controlPlaneOf(plan);
      const at = scene.around('full', 18);
      const quota = scene.random.pick('quota', [2, 8]) * GI;
      const until = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
      const filling = ramp(scene.before(45), at, [0.93 * quota, 1.0001 * quota]);
      const etcd = {
        endpoint: 'http-metrics',
        instance: `${node.address}:2381`,
        job: 'kube-etcd',
        namespace: 'kube-system',
        pod: `etcd-${node.name}`,
      };
      addMetrics(
        plan,
        gauge(scene, 'etcd_mvcc_db_total_size_in_bytes', etcd, (time) => (time < until ? filling(time) : 0.3 * quota)),
        gauge(scene, 'etcd_mvcc_db_total_size_in_use_in_bytes', etcd, () => 0.28 * quota),
        gauge(scene, 'etcd_server_quota_backend_bytes', etcd, () => quota),
      );
      const error = 'etcdserver: mvcc: database space exceeded';
      for (const workload of [app.extra, bystanders.other])
        complaining(plan, workload, {
          complaints: [
            {
              since: at + 5 * SECOND,
              every: 45,
              say: () => ({
                level: 'error',
                message: scene.random.pick('lead', [
                  `failed to update lease: ${error}`,
                  `cannot write status: rpc error: code = ResourceExhausted desc = ${error}`,
                  `leader election: error retrieving resource lock: ${error}`,
                ]),
              }),
            },
          ],
        });
      if (scene.repaired) return plan;
      const speaking = (name: 'etcd' | 'kube-apiserver', text: (time: number) => string) =>
        replaceStaticPod(plan, name, (frame) => ({
          ...running()(frame),
          logs: [
            {
              container: name,
              lines: Array.from({ length: 16 }, (_, index) => at + index * 45 * SECOND)
                .filter((time) => time < scene.now - SECOND)
                .map((time) => logLine(scene, name, { time }, text(time))),
            },
          ],
        }));
      speaking(
        'etcd',
        (time) =>
          `{"level":"warn","ts":"${new Date(time).toISOString()}","caller":"etcdserver/apply.go:780","msg":"alarm raised","alarm":"NOSPACE","from":"8e9e05c52164694d"}`,
      );
      speaking(
        'kube-apiserver',
        (time) =>
          `E${new Date(time).toISOString().slice(5, 10).replace('-', '')} ${new Date(time).toISOString().slice(11, 23)} 1 status.go:71] "Unhandled Error" err="apiserver received an error that is not an metav1.Status: rpctypes.EtcdError{code:0x8, desc:\\"${error}\\"}: ${error}" logger="UnhandledError"`,
      );
      alert(plan, {
        alertname: scene.random.pick('alert', ['etcdDatabaseQuotaLowSpace', 'etcdBackendQuotaLowSpace']),
        severity: 'critical',
        labels: { ...etcd },
        summary: 'etcd cluster database is running full.',
        description: `etcd cluster "kube-etcd": database size exceeds the defined quota on etcd instance ${etcd.instance}, please defrag or increase the quota as the writes to etcd will be disabled when it is full.`,
        at: at - 8 * MINUTE,
      });
      apiErrorBudget(plan, at + 5 * MINUTE);
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
        keywords: [['space exceeded', 'NOSPACE', 'quota']],
        not: [{ kind: 'Deployment' }, { category: 'api-server-overload' }, { category: 'quota-exceeded' }],
      }),
  },
};
