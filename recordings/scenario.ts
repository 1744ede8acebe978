import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { type ClusterProfile, createScene, type Scene } from '@headwater/testkit/world/scene.ts';
import { afterRepair, render, type World } from '@headwater/testkit/world/world.ts';

/** Ground truth as a scenario writes it. */
export type Expected = Partial<ExpectedDiagnosis> & Pick<ExpectedDiagnosis, 'verdict'>;

/** One fault as a cluster would show it, for any seed, broken and repaired. */
export interface Scenario {
  readonly slug: string;
  /** One sentence of the symptom, never the answer. */
  readonly title: string;
  /** The families of the fault catalog it belongs to. */
  readonly families: readonly string[];
  /** What the seed must not decide, such as a visible control plane. */
  readonly cluster?: Partial<ClusterProfile>;
  /** The world with the fault, or without it when `scene.repaired`. */
  build(scene: Scene): Plan;
  /** Changes the finished world: what the recorder could not see any more. */
  readonly finish?: (world: World) => World;
  expected(scene: Scene): Expected;
}

export interface Variant {
  readonly scenario: Scenario;
  readonly scene: Scene;
  readonly world: World;
  readonly expected: Expected;
}

/** The faulty world of a scenario and seed. */
export function faultyVariant(scenario: Scenario, seed: number): Variant {
  return variantIn(createScene(scenario.slug, seed, scenario.cluster ? { cluster: scenario.cluster } : {}), scenario);
}

/** The world of a scenario in a scene that is already set. */
export function variantIn(scene: Scene, scenario: Scenario): Variant {
  const world = render(scenario.build(scene));
  return { scenario, scene, world: scenario.finish?.(world) ?? world, expected: scenario.expected(scene) };
}

/** The same world some minutes after the repair: nothing is wrong any more. */
export function repairedVariant(scenario: Scenario, seed: number): Variant {
  const scene = createScene(scenario.slug, seed, {
    repaired: true,
    ...(scenario.cluster ? { cluster: scenario.cluster } : {}),
  });
  const world = afterRepair(faultyVariant(scenario, seed).world, render(scenario.build(scene)));
  return { scenario, scene, world, expected: { verdict: 'no-fault' } };
}
