import type { Plan } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import type { Expected, Scenario } from '../../scenario.ts';
import type { HardScenario, Theme } from '../hard-scenario.ts';

interface Retelling {
  readonly slug: string;
  readonly title: string;
  readonly theme: Theme;
  /** What leads astray, added to the plan of the known fault. */
  readonly astray: (plan: Plan, scene: Scene) => void;
  readonly finish?: Scenario['finish'];
  /** Tempting answers that are wrong here. */
  readonly not?: (scene: Scene) => Expected['not'];
}

/** A fault of the corpus with something around it that leads astray; what is true of it stays true. */
export function retell(known: Scenario, retelling: Retelling): HardScenario {
  const { slug, title, theme, astray, not } = retelling;
  const finish = retelling.finish ?? known.finish;
  return {
    slug,
    title,
    theme,
    families: ['hard', ...known.families],
    ...(known.cluster ? { cluster: known.cluster } : {}),
    ...(finish ? { finish } : {}),
    build(scene) {
      const plan = known.build(scene);
      astray(plan, scene);
      return plan;
    },
    expected: (scene) => {
      const expected = known.expected(scene);
      return { ...expected, not: [...(expected.not ?? []), ...(not?.(scene) ?? [])] };
    },
  };
}
