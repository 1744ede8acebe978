import { SECOND } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { aboutNode } from '@headwater/testkit/world/node.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingSuccessors, victimOf } from '../../kit/pending.ts';

const POOL = 'workload-pool';

export const fault: Fault = {
  code: 'S08',
  name: 'node cordoned',
  lookAlikes: ['S03', 'S05', 'S01', 'H04'],
  scenario: {
    slug: 'synthetic-node-cordoned',
    title: 'Pods of a service do not come back after they were deleted',
    families: ['scheduling', 'node'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const workload = victimOf(app, plan);
      const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
      const cordoned = onlyPool(scene) ? workers.slice(-1) : workers;
      if (onlyPool(scene)) {
        for (const node of workers) node.labels[POOL] = cordoned.includes(node) ? 'search' : 'general';
        workload.spec = structuredClone(workload.spec);
        workload.spec.nodeSelector = { [POOL]: 'search' };
      }
      const at = scene.around('deleted', 31);
      for (const [index, node] of cordoned.entries()) {
        note(plan, node, { at: at - (300 - index * 20) * SECOND, open: false });
        if (scene.repaired) note(plan, node, { at: scene.repairedAt, open: true });
        else node.unschedulable = true;
      }
      const state = unschedulableOn(plan, () => ({
        words: "node(s) didn't match Pod's node affinity/selector",
        preemptable: false,
      }));
      pendingSuccessors(plan, app, { workload, at, state, node: onlyPool(scene) ? cordoned[0] : undefined });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['node-cordoned'],
        keywords: [['unschedulable', 'cordon']],
        not: [
          { category: 'node-selector-mismatch' },
          { category: 'insufficient-cpu' },
          { category: 'taint-not-tolerated' },
        ],
      }),
  },
};

function onlyPool(scene: Scene): boolean {
  return scene.random.chance('only-pool', 0.5);
}

function note(plan: Plan, node: NodePlan, { at, open }: { at: number; open: boolean }): void {
  const reason = open ? 'NodeSchedulable' : 'NodeNotSchedulable';
  plan.events.push({
    about: aboutNode(node),
    type: 'Normal',
    reason,
    message: `Node ${node.name} status is now: ${reason}`,
    component: 'kubelet',
    host: node.name,
    count: 1,
    first: at,
    last: at,
  });
}
