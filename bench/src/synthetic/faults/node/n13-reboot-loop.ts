import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { hostExact, nodeEvent, placeOn, workersOf } from '../../kit/nodes.ts';

/** N13: a node reboots again and again; each time all that runs there dies at once. */
export const fault: Fault = {
  code: 'N13-reboot',
  name: 'node reboots',
  lookAlikes: ['N01', 'P23', 'N14'],
  scenario: {
    slug: 'n13-reboot',
    title: 'Pods of several teams restart at the same moments',
    families: ['node'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const { bad, good } = workersOf(plan);
      const first = scene.around('first', 33);
      const boots = [first, first + 11 * MINUTE, scene.before(6)];
      const last = boots.at(-1) ?? first;
      const state = running({
        restarted: {
          at: last + 50 * SECOND,
          exitCode: 255,
          reason: scene.random.pick('exit', ['Unknown', 'Error']),
          restarts: 3,
        },
      });
      placeOn(plan, app.catalog, [{ node: bad, state }]);
      placeOn(plan, app.extra, [{ node: bad, state }]);
      placeOn(plan, bystanders.other, [{ node: bad, state }]);
      placeOn(plan, app.orders, [{ node: good }, { node: good }]);
      for (const at of boots) boot(plan, bad, at);
      const down = (time: number): boolean => boots.some((at) => time >= at - 40 * SECOND && time < at + 60 * SECOND);
      const bootTime = (time: number): number => (boots.findLast((at) => at <= time) ?? bad.created) / SECOND;
      hostExact(plan, bad, { name: 'node_boot_time_seconds', value: bootTime });
      addMetrics(
        plan,
        gauge(
          scene,
          'up',
          { instance: `${bad.address}:10250`, job: 'kubelet', node: bad.name, metrics_path: '/metrics' },
          (time) => (down(time) ? 0 : 1),
        ),
      );
      for (const pod of realise(plan, app.orders).pods)
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 7),
            errors: during(scene, first, { normal: () => 0.002, faulty: (time) => (down(time) ? 0.6 : 0.08) }),
          }),
        );
      if (scene.repaired) return plan;
      bad.conditions['Ready'] = {
        status: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        since: last + 55 * SECOND,
      };
      highErrorRate(plan, app.orders, { since: first, percent: 22 });
      alert(plan, {
        alertname: 'KubeNodeReadinessFlapping',
        severity: 'warning',
        labels: { job: 'kube-state-metrics', node: bad.name },
        summary: 'Node readiness status is flapping.',
        description: `The readiness status of node ${bad.name} has changed 6 times in the last 15 minutes on cluster .`,
        at: first + 13 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['node-lost', 'node-hardware'],
        keywords: [['reboot']],
        not: [
          { kind: 'Deployment' },
          { category: 'kubelet-down' },
          { category: 'app-crash' },
          { category: 'abrupt-termination' },
        ],
      }),
  },
};

function boot(plan: Plan, node: NodePlan, at: number): void {
  const id = plan.scene.random.uuid(`boot/${node.name}`);
  const say = (reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal', component = 'kubelet'): void =>
    nodeEvent(plan, node, { reason, message, type, component, first: at + 45 * SECOND });
  say('NodeNotReady', `Node ${node.name} status is now: NodeNotReady`, 'Normal', 'node-controller');
  say('Starting', 'Starting kubelet.');
  say('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods');
  say('Rebooted', `Node ${node.name} has been rebooted, boot id: ${id}`, 'Warning');
  say('NodeReady', `Node ${node.name} status is now: NodeReady`);
}
