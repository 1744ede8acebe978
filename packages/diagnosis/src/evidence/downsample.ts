import { significant } from '../metrics/units.ts';
import { median } from '../metrics/robust.ts';

export const MAX_POINTS = 40;

/**
 * At most 40 samples that still show the shape: of each stretch the sample farthest from the series' median, so that a
 * spike survives. Values keep three digits; a chart needs no more.
 */
export function downsample(samples: readonly (readonly [number, number])[]): [number, number][] {
  const size = Math.ceil(samples.length / MAX_POINTS);
  const middle = median(samples.map(([, value]) => value));
  const kept: [number, number][] = [];
  for (let start = 0; start < samples.length; start += size) {
    let best = samples[start];
    for (const sample of samples.slice(start, start + size)) {
      if (best && Math.abs(sample[1] - middle) > Math.abs(best[1] - middle)) best = sample;
    }
    if (best) kept.push([best[0], significant(best[1])]);
  }
  return kept;
}
