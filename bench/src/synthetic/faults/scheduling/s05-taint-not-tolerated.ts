import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, pendingSuccessors, victimOf } from '../../kit/pending.ts';

const TAINTS = [
  { key: 'dedicated', value: 'batch' },
  { key: 'workload', value: 'gpu' },
  { key: 'example.com/team', value: 'ml' },
  { key: 'maintenance', value: 'kernel-upgrade' },
  { key: 'spot', value: 'true' },
] as const;

export const fault: Fault = {
  code: 'S05',
  name: 'taint not tolerated',
  lookAlikes: ['S08', 'N01', 'N05', 'S03'],
  scenario: {
    slug: 'synthetic-taint',
    title: 'Pods of one service are pending, the nodes are ready',
    families: ['scheduling', 'node'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const workload = victimOf(app, plan);
      const { key, value } = taintOf(scene);
      const toleration = { key, operator: 'Equal', value, effect: 'NoSchedule' };
      if (tolerationLost(scene)) {
        // Workers have been tainted for long; one rollout dropped the toleration everybody else has.
        for (const each of plan.workloads) each.spec.tolerations = [...(each.spec.tolerations ?? []), toleration];
        taintWorkers(plan, true);
        pendingRollout(plan, app, {
          workload,
          at: scene.around('rollout', 29),
          state: unschedulableOn(plan, () => ({ words: 'never reached', preemptable: false })),
          edit: (spec) => {
            delete spec.tolerations;
          },
        });
        return plan;
      }
      const at = scene.around('deleted', 24);
      if (!scene.repaired) taintWorkers(plan, false);
      const state = scene.repaired
        ? running()
        : unschedulableOn(plan, () => ({ words: 'never reached', preemptable: false }));
      pendingSuccessors(plan, app, { workload, at, state });
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      const { key, value } = taintOf(scene);
      const name = random.pick('victim', [cast.orders, cast.catalog, cast.orders, cast.extra]);
      return causeIs({
        causes: [
          { kind: 'Deployment', namespace: cast.namespace, name },
          ...(tolerationLost(scene) ? [] : [{ kind: 'Node' }]),
        ],
        category: ['taint-not-tolerated'],
        keywords: [[key], [value], ['tolerat']],
        not: [{ category: 'node-cordoned' }, { category: 'node-selector-mismatch' }, { category: 'insufficient-cpu' }],
      });
    },
  },
};

function taintWorkers(plan: Plan, longAgo: boolean): void {
  const { scene } = plan;
  const timeAdded = longAgo ? undefined : stamp(scene.around('deleted', 24) - 90_000);
  for (const node of plan.nodes)
    if (!node.controlPlane)
      node.taints.push({ effect: 'NoSchedule', ...taintOf(scene), ...(timeAdded ? { timeAdded } : {}) });
}

function taintOf(scene: Scene): (typeof TAINTS)[number] {
  return scene.random.pick('taint', TAINTS);
}

function tolerationLost(scene: Scene): boolean {
  return scene.random.chance('toleration-lost', 0.45);
}
