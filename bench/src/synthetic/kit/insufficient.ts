import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { mainContainer, type PodSpecJson } from '@headwater/testkit/world/pod-spec.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { causeIs } from '../../../../recordings/expect.ts';
import type { Scenario } from '../../../../recordings/scenario.ts';
import { pendingRollout, pendingScaleUp, victimOf } from './pending.ts';

export interface Scarce {
  readonly resource: 'cpu' | 'memory';
  /** Requests no node of the cluster could ever meet. */
  readonly tooMuch: readonly string[];
  /** Requests of which exactly two fit a node. */
  readonly half: readonly string[];
}

/** A resource that runs out: one pod asks for more than any node has, or a scale-up asks for more pods than fit. */
export function insufficient(scarce: Scarce): Scenario {
  const { resource } = scarce;
  const victim = (scene: Scene): string =>
    scene.random.pick('victim', [scene.cast.orders, scene.cast.catalog, scene.cast.orders, scene.cast.extra]);
  return {
    slug: `synthetic-insufficient-${resource}`,
    title: 'Some pods of a service have been pending for half an hour',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene, { decoy: scene.random.chance('with-decoy', 0.6) });
      const workload = victimOf(app, plan);
      const state = unschedulableOn(plan, () => ({ words: `Insufficient ${resource}`, preemptable: true }));
      if (raises(scene)) raised(plan, app, { workload, state, scarce });
      else {
        const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane).length;
        workload.spec = structuredClone(workload.spec);
        ask(workload.spec, resource, scene.random.pick('half', scarce.half));
        const to = workers * 2 + scene.random.int('beyond', 1, 2);
        pendingScaleUp(plan, { workload, state, at: scene.around('scaled', 28), from: 1, to, fit: workers * 2 });
      }
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: victim(scene) }],
        category: [`insufficient-${resource}`],
        keywords: [
          [`Insufficient ${resource}`],
          [raises(scene) ? scene.random.pick('too-much', scarce.tooMuch) : scene.random.pick('half', scarce.half)],
        ],
        not: [{ kind: 'Node' }, { category: 'quota-exceeded' }, { category: 'node-cordoned' }],
      }),
  };
}

function raises(scene: Scene): boolean {
  return scene.random.chance('raised', 0.5);
}

function raised(
  plan: Plan,
  app: Parameters<typeof pendingRollout>[1],
  { workload, state, scarce }: { workload: ReturnType<typeof victimOf>; state: PodState; scarce: Scarce },
): void {
  const { scene } = plan;
  const at = scene.around('rollout', 41);
  const edit = (spec: PodSpecJson): void => ask(spec, scarce.resource, scene.random.pick('too-much', scarce.tooMuch));
  pendingRollout(plan, app, { workload, state, at, edit });
}

function ask(spec: PodSpecJson, resource: string, amount: string): void {
  const { resources } = mainContainer(spec);
  resources.requests = { ...resources.requests, [resource]: amount };
  resources.limits = { ...resources.limits, [resource]: amount };
}
