import { basePlan } from '@headwater/testkit/world/base.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { fillPods } from '../../kit/nodes-full.ts';
import { pendingScaleUp } from '../../kit/pending.ts';

export const fault: Fault = {
  code: 'S11-pods',
  name: 'too many pods on every node',
  lookAlikes: ['S01', 'S02', 'K03', 'Q03'],
  scenario: {
    slug: 'synthetic-too-many-pods',
    title: 'A scale-up stops although CPU and memory are plenty',
    families: ['scheduling', 'node'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders } = app;
      const at = scene.around('scaled', 25);
      const from = 2;
      const to = from + scene.random.int('more', 2, 4);
      const state = unschedulableOn(plan, () => ({ words: 'Too many pods', preemptable: true }));
      pendingScaleUp(plan, { workload: orders, state, at, from, to, fit: from + 1 });
      fillPods(plan, scene.random.pick('max-pods', [17, 20, 29]), scene.repaired ? to : 0);
      if (scene.random.chance('kubelet-alert', 0.6)) tooManyPods(plan, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }, { kind: 'Node' }],
        category: ['node-pod-capacity'],
        keywords: [
          ['Too many pods', 'pods'],
          ['capacity', 'allocatable', 'limit', 'full', 'Too many pods'],
        ],
        not: [{ category: 'insufficient-cpu' }, { category: 'insufficient-memory' }, { category: 'pod-ips-exhausted' }],
      }),
  },
};

function tooManyPods(plan: Plan, at: number): void {
  const [node] = plan.nodes.filter(({ controlPlane }) => !controlPlane);
  alert(plan, {
    alertname: 'KubeletTooManyPods',
    severity: 'info',
    labels: { node: node?.name },
    summary: 'Kubelet is running at capacity.',
    description: `Kubelet '${node?.name}' is running at 100% of its Pod capacity on cluster .`,
    at: at + 15 * 60_000,
  });
}
