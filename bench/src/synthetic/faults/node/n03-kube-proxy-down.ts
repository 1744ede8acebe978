import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { highErrorRate, podCrashLooping, targetDown } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { restart } from '@headwater/testkit/world/workload.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { placeOn, workersOf } from '../../kit/nodes.ts';
import { calleeOf, callFailed } from '../../kit/runtime-errors.ts';
import { kubeProxyOf } from '../../kit/kube-proxy.ts';

const DEATHS = [
  'E{time} 1 server.go:1056] "Error running ProxyServer" err="can\'t set sysctl net/netfilter/nf_conntrack_max to 524288: open /proc/sys/net/netfilter/nf_conntrack_max: permission denied"',
  'E{time} 1 run.go:72] "command failed" err="failed complete: stat /var/lib/kube-proxy/config.conf: no such file or directory"',
  'E{time} 1 proxier.go:733] "Error cleaning up nftables rules" err="could not run nftables command: Error: Could not process rule: Operation not supported"',
] as const;

/** N03: kube-proxy died on one node; its rules there are old, so addresses of Services lead to pods that are gone. */
export const fault: Fault = {
  code: 'N03',
  name: 'kube-proxy down',
  lookAlikes: ['N10', 'K12', 'K01'],
  scenario: {
    slug: 'n03-kube-proxy-down',
    title: 'Half of the replicas of one service cannot reach another service',
    families: ['node', 'network'],
    cluster: { cni: 'flannel' },
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { bad, good } = workersOf(plan);
      const { random } = scene;
      const proxy = kubeProxyOf(plan);
      const at = scene.around('died', 36);
      const moved = at + 9 * MINUTE;
      restart(app.catalog, moved, stamp(moved));
      placeOn(plan, app.catalog, [{ node: good }, { node: good }]);
      const failure = random.pick('failure', ['connect-timeout', 'no-route'] as const);
      const callee = calleeOf(plan, app.catalog, app.port, '/api/items');
      const complaint = {
        since: moved + 20 * SECOND,
        every: 35,
        say: callFailed(scene, app.orders, { callee, failure }),
      };
      placeOn(plan, app.orders, [{ node: bad, complaints: [complaint] }, { node: good }]);
      dead(plan, proxy, { at, bad: bad.name });
      for (const [index, pod] of realise(plan, app.orders).pods.entries())
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 7),
            errors: during(scene, moved, { normal: () => 0.002, faulty: () => (index === 0 ? 0.61 : 0.003) }),
          }),
        );
      highErrorRate(plan, app.orders, { since: moved, percent: 31 });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Node' },
          { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy' },
          { kind: 'Pod', namespace: 'kube-system', name: 'kube-proxy-*' },
        ],
        category: ['kube-proxy-down'],
        keywords: [['kube-proxy']],
        not: [
          { kind: 'Deployment' },
          { category: 'app-crash' },
          { category: 'node-network-degraded' },
          { category: 'target-port-wrong' },
        ],
      }),
  },
};

function dead(plan: Plan, proxy: Workload, { at, bad }: { at: number; bad: string }): void {
  const { scene } = plan;
  const says = [scene.random.pick('death', DEATHS)];
  const crashed = crashLooping({ exitCode: 1, ran: 1, since: at, says });
  proxy.pods = plan.nodes.map((node) => ({
    revision: 'current',
    state: node.name === bad && !scene.repaired ? crashed : running(),
    node: node.name,
  }));
  for (const pod of realise(plan, proxy).pods) {
    const own = pod.frame.node.name === bad;
    const labels = {
      instance: `${pod.frame.node.address}:10249`,
      job: 'kube-proxy',
      namespace: 'kube-system',
      pod: pod.name,
    };
    addMetrics(plan, gauge(scene, 'up', labels, during(scene, at, { normal: () => 1, faulty: () => (own ? 0 : 1) })));
    if (own && !scene.repaired && scene.random.chance('crash-alert', 0.5)) podCrashLooping(plan, pod, at);
  }
  if (!scene.repaired) targetDown(plan, { namespace: 'kube-system', name: 'kube-proxy' }, at);
}
