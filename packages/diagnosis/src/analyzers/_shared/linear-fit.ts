import type { Sample } from '../../metrics/onset.ts';

/** Least squares over time: the slope per millisecond and how much of the variation the line explains, 0 to 1. */
export function linearFit(samples: readonly Sample[]): { readonly slope: number; readonly fit: number } {
  const count = samples.length;
  const origin = samples[0]?.[0] ?? 0;
  const meanTime = samples.reduce((sum, [time]) => sum + (time - origin), 0) / count;
  const meanValue = samples.reduce((sum, [, value]) => sum + value, 0) / count;
  let [cross, spread, total] = [0, 0, 0];
  for (const [time, value] of samples) {
    const [dx, dy] = [time - origin - meanTime, value - meanValue];
    cross += dx * dy;
    spread += dx * dx;
    total += dy * dy;
  }
  if (spread === 0 || total === 0) return { slope: 0, fit: 0 };
  return { slope: cross / spread, fit: (cross * cross) / (spread * total) };
}
