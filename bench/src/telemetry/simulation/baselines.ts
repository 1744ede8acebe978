import { mean, quantile } from '../../statistics.ts';
import type { TelemetryCase } from '../telemetry-case.ts';

/** Ranks services by how far their metrics went from what they were before `since`. */
export type Baseline = (one: TelemetryCase, since: number) => string[];

/** NSigma: the largest distance after, in standard deviations of before; a service is its worst metric. */
export const nSigma: Baseline = (one, since) =>
  ranked(one, since, (before) => {
    const center = mean(before);
    return { center, scale: Math.sqrt(mean(before.map((value) => (value - center) ** 2))) };
  });

/** BARO's robust scorer: the largest distance after, in interquartile ranges around the median of before. */
export const baro: Baseline = (one, since) =>
  ranked(one, since, (before) => ({
    center: quantile(before, 0.5),
    scale: quantile(before, 0.75) - quantile(before, 0.25),
  }));

function ranked(
  one: TelemetryCase,
  since: number,
  fit: (before: number[]) => { readonly center: number; readonly scale: number },
): string[] {
  const scores = new Map<string, number>();
  for (const { labels, samples } of one.series) {
    const service = labels['workload'] ?? '';
    const before = samples.filter(([time]) => time < since).map(([, value]) => value);
    const after = samples.filter(([time]) => time >= since).map(([, value]) => value);
    if (before.length === 0 || after.length === 0) continue;
    const { center, scale } = fit(before);
    // Both published programs leave a constant series unscaled.
    const score = Math.max(...after.map((value) => Math.abs(value - center))) / (scale === 0 ? 1 : scale);
    scores.set(service, Math.max(scores.get(service) ?? 0, score));
  }
  return [...scores].sort(([, left], [, right]) => right - left).map(([service]) => service);
}
