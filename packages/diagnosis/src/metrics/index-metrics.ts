import { canonicalJson } from '@headwater/core/ids.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Series } from '../snapshot/input.ts';
import { once } from '../snapshot/once.ts';

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
  const keyed: { readonly key: string; readonly series: Series }[] = [];
  for (const series of input) {
    const usable = ([time, value]: Series['samples'][number]): boolean => time <= now && Number.isFinite(value);
    const samples = series.samples.every(usable) ? series.samples : series.samples.filter(usable);
    if (samples.length > 0) keyed.push({ key: seriesKey(series), series: { labels: series.labels, samples } });
  }
  keyed.sort((left, right) => compareText(left.key, right.key));
  const all: Series[] = [];
  const byName = new Map<string, Series[]>();
  for (const [index, { key, series }] of keyed.entries()) {
    // Of two of one identity the last counts.
    if (key === keyed[index + 1]?.key) continue;
    all.push(series);
    const name = series.labels['__name__'] ?? '';
    const list = byName.get(name);
    if (list) list.push(series);
    else byName.set(name, [series]);
  }
  const byKey = once(() => new Map(keyed.map(({ key, series }) => [key, series])));
  return {
    all,
    find: (name, labels) => {
      const named = byName.get(name) ?? [];
      if (!labels || named.length === 0) return named;
      const pairs = Object.entries(labels);
      return named.filter((series) => pairs.every(([key, value]) => series.labels[key] === value));
    },
    exact: (key) => byKey().get(key),
    names: () => [...byName.keys()],
  };
}
