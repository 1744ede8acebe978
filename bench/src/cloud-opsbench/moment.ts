import { median } from '../statistics.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { OpsCase } from './dataset.ts';

/**
 * The moment a case asks about, in milliseconds: the end of the window its alerts name, else the last moment its metrics were still
 * disturbed, else when it was collected. The tables go on after the fault was taken away; an engineer is called before.
 */
export function momentOf(
  opsCase: Pick<OpsCase, 'alert'>,
  collected: number,
  metrics: readonly Series[],
  zone: string,
): number {
  const ends = alertRanges(opsCase.alert).flatMap(
    (range) => parseTime(`${(range.split(' ~ ')[1] ?? '').replace(' ', 'T')}${zone}`) ?? [],
  );
  if (ends.length > 0) return Math.max(...ends);
  return lastDisturbed(metrics) ?? collected;
}

function alertRanges(alert: unknown): string[] {
  const { alerts } = (alert ?? {}) as { alerts?: unknown };
  return Array.isArray(alerts)
    ? alerts.flatMap((one: { time_range?: unknown } | null) =>
        typeof one?.time_range === 'string' ? [one.time_range] : [],
      )
    : [];
}

const DISTURBED = 3;

function lastDisturbed(metrics: readonly Series[]): number | null {
  let last: number | null = null;
  for (const { labels, samples } of metrics) {
    if (!labels['__name__']?.includes('latency')) continue;
    const usual = median(samples.slice(0, Math.ceil(samples.length / 5)).map(([, value]) => value));
    for (const [time, value] of samples) if (usual > 0 && value > usual * DISTURBED && time > (last ?? 0)) last = time;
  }
  return last;
}
