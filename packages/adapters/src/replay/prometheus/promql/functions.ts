import type { RangeSeries } from './value.ts';

type Window = { readonly start: number; readonly end: number };

/** Functions of one range vector: from the points of one series to a value, or undefined for no result. */
export const RANGE_FUNCTIONS: Readonly<Record<string, (series: RangeSeries, window: Window) => number | undefined>> = {
  rate: (series, window) => perSecond(extrapolated(series, window, true), window),
  increase: (series, window) => extrapolated(series, window, true),
  delta: (series, window) => extrapolated(series, window, false),
  irate: ({ points }) => instantRate(points),
  avg_over_time: ({ points }) => (points.length === 0 ? undefined : sum(points) / points.length),
  sum_over_time: ({ points }) => (points.length === 0 ? undefined : sum(points)),
  min_over_time: ({ points }) => (points.length === 0 ? undefined : Math.min(...values(points))),
  max_over_time: ({ points }) => (points.length === 0 ? undefined : Math.max(...values(points))),
  count_over_time: ({ points }) => points.length || undefined,
  last_over_time: ({ points }) => points.at(-1)?.[1],
  present_over_time: ({ points }) => (points.length === 0 ? undefined : 1),
  stddev_over_time: ({ points }) => deviation(points, Math.sqrt),
  stdvar_over_time: ({ points }) => deviation(points, (variance) => variance),
};

type Points = RangeSeries['points'];

function values(points: Points): number[] {
  return points.map(([, value]) => value);
}

function sum(points: Points): number {
  return points.reduce((total, [, value]) => total + value, 0);
}

function deviation(points: Points, finish: (variance: number) => number): number | undefined {
  if (points.length === 0) return undefined;
  const mean = sum(points) / points.length;
  return finish(points.reduce((total, [, value]) => total + (value - mean) ** 2, 0) / points.length);
}

/** The quantile of values by linear interpolation, as quantile_over_time gives it. */
export function quantileOverTime(quantile: number, { points }: RangeSeries): number | undefined {
  const sorted = values(points).sort((left, right) => left - right);
  if (sorted.length === 0) return undefined;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const rank = quantile * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? 0;
  const high = sorted[Math.min(sorted.length - 1, Math.floor(rank) + 1)] ?? 0;
  return low + (high - low) * (rank - Math.floor(rank));
}

function perSecond(amount: number | undefined, { start, end }: Window): number | undefined {
  return amount === undefined ? undefined : amount / ((end - start) / 1000);
}

// Prometheus extrapolates to the window's ends when the first and last sample lie about one interval from them, and half an
// interval otherwise; a counter is never extrapolated below zero.
function extrapolated({ points }: RangeSeries, { start, end }: Window, isCounter: boolean): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return undefined;
  let change = last[1] - first[1];
  if (isCounter) change += resets(points);
  const sampled = (last[0] - first[0]) / 1000;
  const average = sampled / (points.length - 1);
  let toStart = (first[0] - start) / 1000;
  const toEnd = (end - last[0]) / 1000;
  if (isCounter && change > 0 && first[1] >= 0) toStart = Math.min(toStart, sampled * (first[1] / change));
  const threshold = average * 1.1;
  const before = toStart < threshold ? toStart : average / 2;
  const after = toEnd < threshold ? toEnd : average / 2;
  return change * ((sampled + before + after) / sampled);
}

function resets(points: Points): number {
  let lost = 0;
  for (let index = 1; index < points.length; index++) {
    const before = points[index - 1]?.[1] ?? 0;
    if ((points[index]?.[1] ?? 0) < before) lost += before;
  }
  return lost;
}

function instantRate(points: Points): number | undefined {
  const last = points.at(-1);
  const before = points.at(-2);
  if (!last || !before) return undefined;
  const change = last[1] < before[1] ? last[1] : last[1] - before[1];
  return change / ((last[0] - before[0]) / 1000);
}
