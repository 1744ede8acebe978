import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, pendingScaleUp } from '../../kit/pending.ts';

const SPREAD = "node(s) didn't match pod topology spread constraints";
const UNKNOWN_KEYS = ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/rack', 'kubernetes.io/hostnam'];

export const fault: Fault = {
  code: 'S07',
  name: 'topology spread violation',
  lookAlikes: ['S06', 'S05', 'S04'],
  scenario: {
    slug: 'synthetic-topology-spread',
    title: 'A service stays short of pods although nodes have room',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders } = app;
      if (keyMissing(scene)) {
        pendingRollout(plan, app, {
          workload: orders,
          at: scene.around('rollout', 32),
          state: unschedulableOn(plan, () => ({ words: `${SPREAD} (missing required label)`, preemptable: false })),
          edit: (spec) => {
            spec['topologySpreadConstraints'] = [spread(orders, keyOf(scene))];
          },
        });
        return plan;
      }
      // The spread counts nodes that no pod of the service may enter, so every other node takes one pod and no more.
      const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
      const value = scene.random.pick('dedicated', ['gpu', 'ci', 'storage']);
      workers.at(-1)?.taints.push({ effect: 'NoSchedule', key: 'dedicated', value });
      orders.spec = structuredClone(orders.spec);
      orders.spec['topologySpreadConstraints'] = [spread(orders, keyOf(scene))];
      const fit = workers.length - 1;
      const state = unschedulableOn(plan, () => ({ words: SPREAD, preemptable: true }));
      const to = fit + scene.random.int('beyond', 1, 2);
      pendingScaleUp(plan, {
        workload: orders,
        state,
        at: scene.around('scaled', 26),
        from: fit,
        to,
        fit,
        nodes: workers.slice(0, -1),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['topology-spread-violation'],
        keywords: [['spread'], [keyOf(scene)]],
        not: [{ kind: 'Node' }, { category: 'taint-not-tolerated' }, { category: 'anti-affinity-conflict' }],
      }),
  },
};

function keyMissing(scene: Scene): boolean {
  return scene.random.chance('key-missing', 0.5);
}

function keyOf(scene: Scene): string {
  return keyMissing(scene) ? scene.random.pick('unknown-key', UNKNOWN_KEYS) : 'kubernetes.io/hostname';
}

function spread(workload: Workload, topologyKey: string): Json {
  return {
    labelSelector: { matchLabels: workload.selector },
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'DoNotSchedule',
  };
}
