import type { Series } from '../snapshot/input.ts';
import { bucketQuantile, combine, divide, rateOf } from './derive.ts';
import type { Family, Labels } from './families/family.ts';
import type { Group, Grouper } from './group-series.ts';
import type { Sample } from './onset.ts';
import type { Signal } from './signal.ts';

export interface Source {
  readonly metric: string;
  readonly family: Family;
  readonly group: Group;
}

/** Derives the samples of one signal from the series of its subject; null when they give none. */
export function buildSignal(groupsOf: Grouper, { metric, family, group }: Source): Signal | null {
  const below =
    family.over?.metrics?.flatMap((other) => groupsOf(other, family).get(group.key)?.series ?? []) ?? group.series;
  const raw = shape(family, group.series, below);
  const samples = isPlain(family) ? raw : raw.map(([time, value]) => [time, adjust(value, family)] as const);
  // A quantile of nothing is reported as 0 by many recorders; a request that takes no time does not exist.
  const kept = family.signal.includes('latency') ? samples.filter(([, value]) => value > 0) : samples;
  if (kept.length === 0) return null;
  return {
    name: family.signal,
    subject: group.subject,
    ...(group.peer ? { peer: group.peer } : {}),
    samples: kept,
    metric,
    source: {
      family,
      metric,
      series: keep(group.series, family.only),
      below: family.over ? keep(below, family.over.only) : [],
    },
  };
}

function shape(family: Family, all: readonly Series[], below: readonly Series[]): readonly Sample[] {
  const own = keep(all, family.only);
  if (family.shape === 'buckets') return quantiles(own, family.q ?? 0.5);
  if (!family.over) return fold(own, family);
  const base = keep(below, family.over.only);
  if (family.pairwise) return pairwise(own, base, family);
  const denominator = fold(base, family, 'sum');
  const numerator = own.length === 0 ? [] : fold(own, family, 'sum');
  return divide(filled(numerator, denominator), denominator);
}

function keep(series: readonly Series[], only: ((labels: Labels) => boolean) | undefined): readonly Series[] {
  return only ? series.filter(({ labels }) => only(labels)) : series;
}

function fold(series: readonly Series[], family: Family, how = family.fold): readonly Sample[] {
  return combine(
    series.map(({ samples }) => (family.shape === 'counter' ? rateOf(samples) : samples)),
    how,
  );
}

/** A counter of failures is often born with the first failure: before that it is zero, not absent. */
function filled(numerator: readonly Sample[], denominator: readonly Sample[]): readonly Sample[] {
  const first = numerator[0]?.[0] ?? Number.POSITIVE_INFINITY;
  return [...denominator.filter(([time]) => time < first).map(([time]) => [time, 0] as const), ...numerator];
}

function quantiles(series: readonly Series[], q: number): readonly Sample[] {
  const buckets = new Map<number, (readonly Sample[])[]>();
  for (const { labels, samples } of series) {
    const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
    if (Number.isNaN(bound)) continue;
    const list = buckets.get(bound);
    if (list) list.push(samples);
    else buckets.set(bound, [samples]);
  }
  return bucketQuantile(buckets, q);
}

function pairwise(own: readonly Series[], base: readonly Series[], family: Family): readonly Sample[] {
  const byLabels = new Map(base.map((series) => [pairKey(series), series]));
  const quotients = own.flatMap((series) => {
    const partner = byLabels.get(pairKey(series));
    return partner ? [divide(series.samples, partner.samples)] : [];
  });
  // The fullest filesystem is the one with the least share free, so a complement turns the fold round.
  return combine(quotients, family.complement && family.fold === 'max' ? 'min' : family.fold);
}

function pairKey({ labels }: Series): string {
  return Object.entries(labels)
    .filter(([key]) => key !== '__name__')
    .map((pair) => pair.join('='))
    .sort()
    .join(',');
}

function isPlain({ factor = 1, complement, absolute }: Family): boolean {
  return factor === 1 && !complement && !absolute;
}

function adjust(value: number, { factor = 1, complement, absolute }: Family): number {
  const scaled = value * factor;
  const positive = absolute ? Math.abs(scaled) : scaled;
  return complement ? 1 - positive : positive;
}
