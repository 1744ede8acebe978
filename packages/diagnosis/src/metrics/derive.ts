import { MINUTE } from '@headwater/core/time.ts';
import type { Sample } from './onset.ts';
import { mean, median } from './robust.ts';

export type Fold = 'sum' | 'mean' | 'max' | 'min';

// A query step shorter than the scrape interval repeats counter values: a rate over less than a minute would be a comb.
const RATE_WINDOW = MINUTE;

const rates = new WeakMap<readonly Sample[], readonly Sample[]>();

/**
 * Per-second rate of a counter over the last minute (or one step, when steps are longer); a fall is a reset. Computed once
 * per series: a Pod's counter serves the Pod, its workload and several signals.
 */
export function rateOf(samples: readonly Sample[]): readonly Sample[] {
  const known = rates.get(samples);
  if (known) return known;
  const result = computeRate(samples);
  rates.set(samples, result);
  return result;
}

function computeRate(samples: readonly Sample[]): Sample[] {
  // What was counted in all: resets undone.
  const totals = new Float64Array(samples.length);
  let offset = 0;
  let previous = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index]?.[1] ?? 0;
    if (value < previous) offset += previous;
    previous = value;
    totals[index] = value + offset;
  }
  const result: Sample[] = [];
  let from = 0;
  for (let index = 1; index < samples.length; index++) {
    const time = samples[index]?.[0] ?? 0;
    while (from < index - 1 && time - (samples[from]?.[0] ?? 0) > RATE_WINDOW) from++;
    const start = samples[from]?.[0] ?? time;
    if (time > start) result.push([time, (((totals[index] ?? 0) - (totals[from] ?? 0)) * 1000) / (time - start)]);
  }
  return result;
}

/** Folds several series into one, slot by slot of their step; a slot holds what the series present in it say. */
export function combine(list: readonly (readonly Sample[])[], fold: Fold): readonly Sample[] {
  const [only] = list;
  if (list.length <= 1) return only ?? [];
  if (only && areAligned(list)) {
    return only.map(
      ([time], index) =>
        [
          time,
          foldValues(
            list.map((samples) => samples[index]?.[1] ?? 0),
            fold,
          ),
        ] as const,
    );
  }
  return gridded(list, stepOf(list)).map(([time, values]) => [time, foldValues(values, fold)] as const);
}

/** Whether all series were sampled at the same times, as one range query gives them: then no slots are needed. */
function areAligned(list: readonly (readonly Sample[])[]): boolean {
  const [first = []] = list;
  return list.every(
    (samples) => samples.length === first.length && samples.every(([time], index) => time === first[index]?.[0]),
  );
}

/** Divides two series slot by slot; slots without a positive denominator say nothing. */
export function divide(numerator: readonly Sample[], denominator: readonly Sample[]): Sample[] {
  if (areAligned([numerator, denominator])) {
    return denominator.flatMap(([time, value], index): Sample[] =>
      value > 0 ? [[time, (numerator[index]?.[1] ?? 0) / value]] : [],
    );
  }
  const step = stepOf([denominator, numerator]);
  const above = new Map(numerator.map(([time, value]) => [Math.round(time / step), value]));
  const result: Sample[] = [];
  for (const [time, value] of denominator) {
    const top = above.get(Math.round(time / step));
    if (top !== undefined && value > 0) result.push([time, top / value]);
  }
  return result;
}

/** The values of several series by time slot, in time order. */
function gridded(list: readonly (readonly Sample[])[], step: number): [number, number[]][] {
  const slots = new Map<number, { time: number; values: number[] }>();
  for (const samples of list) {
    let last = Number.NaN;
    for (const [time, value] of samples) {
      const slot = Math.round(time / step);
      // A series counts once per slot, however densely it was sampled.
      if (slot === last) continue;
      last = slot;
      const known = slots.get(slot);
      if (!known) slots.set(slot, { time, values: [value] });
      else {
        known.time = Math.max(known.time, time);
        known.values.push(value);
      }
    }
  }
  return [...slots.entries()].sort(([left], [right]) => left - right).map(([, { time, values }]) => [time, values]);
}

function foldValues(values: readonly number[], fold: Fold): number {
  if (fold === 'mean') return mean(values);
  if (fold === 'sum') return values.reduce((sum, value) => sum + value, 0);
  return fold === 'max' ? Math.max(...values) : Math.min(...values);
}

/** The usual distance between samples, in milliseconds; the widest of the series, so that each has one per slot. */
export function stepOf(list: readonly (readonly Sample[])[]): number {
  let step = 0;
  for (const samples of list) {
    const gaps = samples.slice(1, 40).map(([time], index) => time - (samples[index]?.[0] ?? time));
    if (gaps.length > 0) step = Math.max(step, median(gaps));
  }
  return step > 0 ? step : MINUTE;
}

/**
 * The q-quantile over time of a histogram: `buckets` holds counters by upper bound (the `le` label), several series
 * of one bound allowed. Slots without observations say nothing; the open bucket counts as its lower bound.
 */
export function bucketQuantile(buckets: ReadonlyMap<number, readonly (readonly Sample[])[]>, q: number): Sample[] {
  const bounds = [...buckets.keys()].sort((left, right) => left - right);
  const rates = bounds.map((bound) => combine((buckets.get(bound) ?? []).map(rateOf), 'sum'));
  const step = stepOf(rates);
  const bySlot = new Map<number, { time: number; counts: number[] }>();
  for (const [index, samples] of rates.entries()) {
    for (const [time, value] of samples) {
      const slot = Math.round(time / step);
      const entry = bySlot.get(slot) ?? { time, counts: [] };
      entry.counts[index] = value;
      bySlot.set(slot, entry);
    }
  }
  return [...bySlot.entries()]
    .sort(([left], [right]) => left - right)
    .flatMap(([, { time, counts }]): Sample[] => {
      const value = quantileOfCounts(bounds, counts, q);
      return value === null ? [] : [[time, value]];
    });
}

function quantileOfCounts(
  bounds: readonly number[],
  counts: readonly (number | undefined)[],
  q: number,
): number | null {
  const total = counts.at(-1) ?? 0;
  if (total <= 0 || counts.length < bounds.length) return null;
  const wanted = total * q;
  let below = 0;
  let lower = 0;
  for (const [index, bound] of bounds.entries()) {
    const count = counts[index] ?? below;
    if (count >= wanted) {
      if (!Number.isFinite(bound) || count <= below) return lower;
      return lower + ((bound - lower) * (wanted - below)) / (count - below);
    }
    [below, lower] = [count, Number.isFinite(bound) ? bound : lower];
  }
  return lower;
}
