import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { describe, expect, it } from 'vitest';
import { faultyVariant, repairedVariant, type Scenario } from './scenario.ts';
import { scoreVariant } from './score.ts';
import { shuffledInput } from './shuffle.ts';
import { unsound } from './soundness.ts';

const SEEDS = 20;

/** Tests that the engine is right on every seed of these scenarios; two test files share them out over two processors. */
export function testVariants(scenarios: readonly Scenario[]): void {
  describe.each(scenarios)('$slug', (scenario) => {
    it(`is diagnosed right on ${SEEDS} seeds`, () => {
      expect(missesOf(scenario, faultyVariant)).toEqual([]);
    }, 60_000);

    it(`is no fault once repaired, on ${SEEDS} seeds`, () => {
      expect(missesOf(scenario, repairedVariant)).toEqual([]);
    }, 60_000);

    it('shows only what a cluster can show', () => {
      const found = [0, 1, 2].flatMap((seed) =>
        [faultyVariant(scenario, seed), repairedVariant(scenario, seed)].flatMap(({ scene, world }) =>
          unsound(world).map((text) => `seed ${seed}${scene.repaired ? ' repaired' : ''}: ${text}`),
        ),
      );
      expect(found).toEqual([]);
    });

    it('gives the same bytes whatever the order', () => {
      const { input, diagnosis } = scoreVariant(faultyVariant(scenario, 1));
      const again = diagnose(shuffledInput(input, scenario.slug), { version: 'corpus' });
      expect(JSON.stringify(again)).toBe(JSON.stringify(diagnosis));
    });
  });
}

function missesOf(scenario: Scenario, variantOf: typeof faultyVariant): string[] {
  return Array.from({ length: SEEDS })
    .keys()
    .flatMap((seed) => scoreVariant(variantOf(scenario, seed)).score.misses.map((miss) => `seed ${seed}: ${miss}`))
    .toArray();
}
