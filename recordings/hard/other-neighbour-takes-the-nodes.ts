import { MINUTE } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';

/** Another team scales up and fills the nodes; a pod that was lost finds no room. */
export const scenario: HardScenario = {
  slug: 'other-neighbour-takes-the-nodes',
  title: 'A replica has been pending since a pod was replaced',
  theme: 'other-namespace',
  families: ['hard', 'scheduling'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene, { decoy: false });
    const { other } = bystanders;
    const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane).length;
    const at = scene.around('scaled', 39);
    mainContainer(other.spec).resources = {
      requests: { cpu: '850m', memory: '128Mi' },
      limits: { memory: '192Mi' },
    };
    scaleTo(other, { from: 1, to: workers * 4, at, manager: 'kubectl-scale' });
    const { orders } = app;
    const since = at + 6 * MINUTE;
    mainContainer(orders.spec).resources = {
      requests: { cpu: '700m', memory: '128Mi' },
      limits: { cpu: '1', memory: '256Mi' },
    };
    const state = unschedulableOn(plan, () => ({ words: 'Insufficient cpu', preemptable: true }));
    orders.progress = 'complete';
    orders.pods = [
      { revision: 'current', state: running() },
      { revision: 'current', state, created: since, salt: 'again' },
    ];
    deploymentReplicasMismatch(plan, orders, since);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
        { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
      ],
      category: ['insufficient-cpu'],
      keywords: [['Insufficient cpu'], ['700m']],
      not: [{ category: 'node-cordoned' }, { kind: 'Node' }],
    }),
};
