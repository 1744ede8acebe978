import { labelKey, type Sample, withoutLabels } from './value.ts';

interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/** histogram_quantile over classic buckets (label `le`), grouped by all other labels. */
export function histogramQuantile(quantile: number, samples: readonly Sample[]): Sample[] {
  const groups = new Map<string, { labels: Sample['labels']; buckets: Bucket[] }>();
  for (const { labels, value } of samples) {
    const bound = Number((labels['le'] ?? '').replace('+Inf', 'Infinity'));
    if (labels['le'] === undefined || Number.isNaN(bound)) continue;
    const rest = withoutLabels(labels, ['le', '__name__']);
    const group = groups.get(labelKey(rest)) ?? { labels: rest, buckets: [] };
    group.buckets.push({ bound, count: value });
    groups.set(labelKey(rest), group);
  }
  return [...groups.values()].map(({ labels, buckets }) => ({ labels, value: quantileOf(quantile, buckets) }));
}

function quantileOf(quantile: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return Number.NEGATIVE_INFINITY;
  if (quantile > 1) return Number.POSITIVE_INFINITY;
  const buckets = monotonic([...unsorted].sort((left, right) => left.bound - right.bound));
  const last = buckets.at(-1);
  if (!last || last.bound !== Number.POSITIVE_INFINITY || buckets.length < 2 || last.count === 0) return Number.NaN;
  const rank = quantile * last.count;
  const index = buckets.findIndex(({ count }) => count >= rank);
  // Above the last finite bound nothing is known but that bound.
  if (index === buckets.length - 1) return buckets.at(-2)?.bound ?? Number.NaN;
  const { bound, count } = buckets[index] ?? last;
  if (index === 0 && bound <= 0) return bound;
  const lower = index === 0 ? { bound: 0, count: 0 } : (buckets[index - 1] ?? last);
  return lower.bound + (bound - lower.bound) * ((rank - lower.count) / (count - lower.count));
}

// Scrapes of one histogram are not atomic: a higher bucket can lag behind a lower one.
function monotonic(buckets: readonly Bucket[]): Bucket[] {
  let highest = 0;
  return buckets.map(({ bound, count }) => {
    highest = Math.max(highest, count);
    return { bound, count: highest };
  });
}
