import type { Grouping } from './ast.ts';
import { labelKey, onlyLabels, type Sample, withoutLabels } from './value.ts';

const REDUCERS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: total,
  avg: (values) => total(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(variance(values)),
  stdvar: variance,
};

/** Groups samples by labels and reduces each group. */
export function aggregate(name: string, grouping: Grouping, samples: readonly Sample[]): Sample[] {
  const groups = new Map<string, { labels: Sample['labels']; values: number[] }>();
  for (const { labels, value } of samples) {
    const kept =
      grouping.mode === 'by'
        ? onlyLabels(labels, grouping.labels)
        : withoutLabels(labels, [...grouping.labels, '__name__']);
    const key = labelKey(kept);
    const group = groups.get(key);
    if (group) group.values.push(value);
    else groups.set(key, { labels: kept, values: [value] });
  }
  const reduce = REDUCERS[name] ?? total;
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: reduce(values) }));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function variance(values: readonly number[]): number {
  const mean = total(values) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
