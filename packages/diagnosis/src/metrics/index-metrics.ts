import { canonicalJson } from '@headwater/core/ids.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Series } from '../snapshot/input.ts';

export interface MetricIndex {
  readonly all: readonly Series[];
  /** Series of a metric whose labels contain the given pairs. */
  find(name: string, labels?: Readonly<Record<string, string>>): readonly Series[];
  /** The series with exactly these labels (`__name__` included), as evidence queries name it. */
  exact(key: string): Series | undefined;
  names(): readonly string[];
}

/** The identity of a series: its labels as canonical JSON. */
export function seriesKey(series: Series): string {
  return canonicalJson(series.labels);
}

/** Indexes series by metric name; samples after `now` and values that are no numbers (staleness marks) are dropped. */
export function indexMetrics(input: readonly Series[], now: Millis): MetricIndex {
  const byKey = new Map<string, Series>();
  for (const series of input) {
    const usable = ([time, value]: Series['samples'][number]): boolean => time <= now && Number.isFinite(value);
    const samples = series.samples.every(usable) ? series.samples : series.samples.filter(usable);
    if (samples.length > 0) byKey.set(seriesKey(series), { labels: series.labels, samples });
  }
  const sorted = [...byKey.entries()].sort(([left], [right]) => compareText(left, right));
  const byName = new Map<string, Series[]>();
  for (const [, series] of sorted) {
    const name = series.labels['__name__'] ?? '';
    const list = byName.get(name);
    if (list) list.push(series);
    else byName.set(name, [series]);
  }
  return {
    all: sorted.map(([, series]) => series),
    find: (name, labels = {}) =>
      (byName.get(name) ?? []).filter((series) =>
        Object.entries(labels).every(([key, value]) => series.labels[key] === value),
      ),
    exact: (key) => byKey.get(key),
    names: () => [...byName.keys()],
  };
}
