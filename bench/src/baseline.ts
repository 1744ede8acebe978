import type { SuiteReport } from './report.ts';

/** Half a point: what a guarded share may lose before somebody has to look. */
const TOLERANCE = 0.005;

export interface Drop {
  readonly suite: string;
  readonly score: string;
  readonly was: number;
  readonly is: number;
}

/** Every share that fell, or error that rose, by more than half a point since the earlier run. */
export function dropsSince(earlier: readonly SuiteReport[], now: readonly SuiteReport[]): Drop[] {
  return now.flatMap(({ name: suite, scores }) => {
    const old = earlier.find(({ name }) => name === suite)?.scores ?? [];
    return scores.flatMap(({ name: score, value: is, unit }) => {
      const was = old.find(({ name }) => name === score)?.value;
      if (was === undefined || unit === 'ms' || unit === 'count') return [];
      const lost = unit === 'error' ? is - was : was - is;
      return lost > TOLERANCE + 1e-9 ? [{ suite, score, was, is }] : [];
    });
  });
}
