import type { Millis } from '@headwater/core/time.ts';
import type { Sample } from './onset.ts';
import { median } from './robust.ts';

/** A straight course of a series. */
export interface Trend {
  /** Units per millisecond. */
  readonly slope: number;
  /** The value the course has at the last sample. */
  readonly level: number;
  /** Of all pairs of samples, the part that went the way of the slope less the part that went against it: Kendall's tau, -1 to 1. */
  readonly agreement: number;
}

// All pairs of more samples cost more than they tell.
const MAX_SAMPLES = 120;
const MIN_SAMPLES = 6;
// Fewer pairs than this agreeing are noise, or a course that has turned.
const MIN_AGREEMENT = 0.6;

/** The course of a series by Theil and Sen: the median of the slopes between all pairs, which a quarter of wild samples does not move; null of too few. */
export function theilSen(samples: readonly Sample[]): Trend | null {
  const stride = Math.ceil(samples.length / MAX_SAMPLES);
  const used = samples.filter((_, index) => (samples.length - 1 - index) % stride === 0);
  if (used.length < MIN_SAMPLES) return null;
  const slopes: number[] = [];
  let balance = 0;
  for (const [index, [time, value]] of used.entries())
    for (const [earlier, before] of used.slice(0, index)) {
      if (time === earlier) continue;
      slopes.push((value - before) / (time - earlier));
      balance += Math.sign(value - before);
    }
  if (slopes.length === 0) return null;
  const slope = median(slopes);
  const last = used.at(-1)?.[0] ?? 0;
  const level = median(used.map(([time, value]) => value + slope * (last - time)));
  return { slope, level, agreement: (balance / slopes.length) * Math.sign(slope || 1) };
}

/**
 * How long until a series reaches `full` at its present rate: 0 when it is there; null when it does not rise steadily. Only the course since
 * its last fall by half counts: a restart or a clean-up begins anew.
 */
export function timeToFull(samples: readonly Sample[], full: number): Millis | null {
  const start = samples.findLastIndex(([, value], index) => index > 0 && value < (samples[index - 1]?.[1] ?? 0) / 2);
  const trend = theilSen(samples.slice(Math.max(0, start)));
  if (!trend) return null;
  if (trend.level >= full) return 0;
  if (trend.slope <= 0 || trend.agreement < MIN_AGREEMENT) return null;
  return (full - trend.level) / trend.slope;
}
