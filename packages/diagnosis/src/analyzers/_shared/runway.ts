import type { Signal } from '../../metrics/signal.ts';
import { HOUR, MINUTE, type Millis } from '@headwater/core/time.ts';
import { linearFit } from './linear-fit.ts';

// The rules that look ahead fit a line through three minutes to an hour; a shorter or cruder line promises nothing.
const WINDOW = 30 * MINUTE;
const MIN_SAMPLES = 5;
const MIN_FIT = 0.85;
const HORIZON = 4 * HOUR;

/** Milliseconds until a signal that grows in a straight line reaches its bound; null when it does not within hours. */
export function runwayOf({ samples }: Pick<Signal, 'samples'>, bound: number): Millis | null {
  const end = samples.at(-1);
  if (!end) return null;
  // The growth may be younger than the window, and is then the part that counts.
  for (const window of [WINDOW, WINDOW / 2, WINDOW / 5]) {
    const recent = samples.filter(([time]) => time >= end[0] - window);
    if (recent.length < MIN_SAMPLES) return null;
    const { slope, fit } = linearFit(recent);
    if (slope <= 0 || fit < MIN_FIT) continue;
    const left = (bound - end[1]) / slope;
    if (left <= HORIZON) return Math.max(0, left);
  }
  return null;
}
