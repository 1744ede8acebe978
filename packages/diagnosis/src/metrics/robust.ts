/** A sorted copy; typed, because other arrays need a comparator to be sorted as numbers, which takes several times as long. */
export function sorted(values: readonly number[]): Float64Array {
  return new Float64Array(values).sort();
}

/** The q-quantile (0 to 1) of values by linear interpolation; NaN of nothing. */
export function quantile(values: readonly number[], q: number): number {
  return quantileOfSorted(sorted(values), q);
}

function quantileOfSorted(ascending: Float64Array, q: number): number {
  const position = (ascending.length - 1) * q;
  const low = ascending[Math.floor(position)];
  const high = ascending[Math.ceil(position)];
  if (low === undefined || high === undefined) return Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface Spread {
  readonly median: number;
  readonly iqr: number;
}

/** Median and interquartile range: neither moves when a few samples are wild. */
export function spreadOf(values: readonly number[]): Spread {
  const ascending = sorted(values);
  return {
    median: quantileOfSorted(ascending, 0.5),
    iqr: quantileOfSorted(ascending, 0.75) - quantileOfSorted(ascending, 0.25),
  };
}

// A perfectly flat baseline has IQR 0, and any tremor would then score infinity: one percent of the median is the least
// that counts as ordinary variation, and `floor` the least that matters in the unit.
const RELATIVE_FLOOR = 0.01;

// Above this two deviations are both "enormous"; without a cap the quietest series would always win a ranking.
export const SCORE_CAP = 100;

/** The scale by which a deviation from a baseline is judged. */
export function scaleOf(spread: Spread, floor: number): number {
  return Math.max(spread.iqr, Math.abs(spread.median) * RELATIVE_FLOOR, floor);
}

/** How many scales `value` lies from the baseline, signed and capped. */
export function robustScore(baseline: Spread, value: number, floor: number): number {
  const score = (value - baseline.median) / scaleOf(baseline, floor);
  return Math.max(-SCORE_CAP, Math.min(SCORE_CAP, score));
}
