/** How strongly one feature goes with failing, over good and bad runs. */
export interface Suspicion<T> {
  readonly feature: T;
  /** Ochiai: 1 when exactly the bad runs have the feature, 0 when none has. */
  readonly score: number;
  readonly bad: number;
  readonly good: number;
}

/**
 * Ranks features by Ochiai's coefficient: bad runs with the feature over the geometric mean of all bad runs and all runs
 * with the feature. Ties keep the order in which features were first seen.
 */
export function ochiai<T>(
  runs: Iterable<{ readonly bad: boolean; readonly features: Iterable<T> }>,
): readonly Suspicion<T>[] {
  const counts = new Map<T, { bad: number; good: number }>();
  let badRuns = 0;
  for (const { bad, features } of runs) {
    if (bad) badRuns++;
    for (const feature of new Set(features)) {
      const count = counts.get(feature) ?? { bad: 0, good: 0 };
      if (bad) count.bad++;
      else count.good++;
      counts.set(feature, count);
    }
  }
  return [...counts.entries()]
    .map(([feature, { bad, good }]) => ({
      feature,
      bad,
      good,
      score: bad === 0 ? 0 : bad / Math.sqrt(badRuns * (bad + good)),
    }))
    .sort((left, right) => right.score - left.score);
}
