import type { Millis } from '@headwater/core/time.ts';
import { median, robustScore, sorted, type Spread, spreadOf } from './robust.ts';

export type Sample = readonly [Millis, number];

/** A level change of a series: where it lies, what was before and after, and whether it still holds at the end. */
export interface ChangePoint {
  /** Index of the first sample of the new level. */
  readonly index: number;
  readonly onset: Millis;
  readonly before: Spread;
  readonly after: Spread;
  /** Median of the last samples. */
  readonly current: number;
  /** Distance of the new level from the old in robust scales, signed, capped. */
  readonly score: number;
  /** The end of the series is still at least half way out; false once it has come back. */
  readonly persists: boolean;
}

// Fewer samples before say nothing about what is normal; fewer after may be one slow scrape.
const MIN_BEFORE = 5;
const MIN_AFTER = 3;
// Mann-Whitney z of the best split. Three sigma, because the split is chosen as the best of many.
const MIN_SEPARATION = 3;
// Splits this near the best one are told apart by how clearly they part the levels.
const CLOSE = 0.85;
const CLEAR = 0.5;
const MIN_SCORE = 4;
const MIN_HELD = 0.6;
// Each round moves the onset before an earlier step of the same fault (a ramp shows as several steps).
const MAX_ROUNDS = 4;

interface Judged {
  readonly samples: readonly Sample[];
  readonly values: readonly number[];
  readonly floor: number;
}

/**
 * Finds the change of level that leads to the series' present state, or null when the series is stationary, drifts
 * slowly, or has too few samples. `floor` is the least scale that matters in the unit. Ranks decide where it lies, so
 * spikes do not move it; medians decide how big it is.
 */
export function findChange(samples: readonly Sample[], floor: number): ChangePoint | null {
  const series: Judged = { samples, values: samples.map(([, value]) => value), floor };
  let found: ChangePoint | null = null;
  let end = samples.length;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const index = bestSplit(series, end);
    if (index === null) break;
    // An earlier step must stand by itself, else noise (or a drift) before the fault would borrow the fault's height.
    const step = describe(series, index, end);
    if (found && (!step || Math.sign(step.score) !== Math.sign(found.score))) break;
    // The best split of two steps may be the second, whose baseline holds the first: look before it.
    if (step) found = describe(series, index, samples.length) ?? found;
    end = index;
  }
  return found ? refine(series, found) : null;
}

/** Median levels of a series before and from a time on; null when a side has no sample. */
export function splitAt(
  samples: readonly Sample[],
  time: Millis,
): { before: Spread; after: Spread; beforeCount: number; afterCount: number } | null {
  const before = samples.filter(([at]) => at < time).map(([, value]) => value);
  const after = samples.filter(([at]) => at >= time).map(([, value]) => value);
  if (before.length === 0 || after.length === 0) return null;
  return { before: spreadOf(before), after: spreadOf(after), beforeCount: before.length, afterCount: after.length };
}

/** Index below `end` that separates the ranks best, or null when nothing separates them. */
function bestSplit({ values, floor }: Judged, end: number): number | null {
  if (end < MIN_BEFORE + MIN_AFTER) return null;
  const separations = separationsOf(values.slice(0, end));
  const best = separations.reduce((top, { separation }) => Math.max(top, separation), 0);
  if (best <= MIN_SEPARATION) return null;
  // Ranks cannot tell a split from its neighbours when the first samples of the new level are its lowest; spreads can.
  const close = separations.flatMap(({ index, separation }) =>
    separation >= best * CLOSE ? [{ index, separation, clarity: clarityOf(values, { index, end, floor }) }] : [],
  );
  const clearest = Math.max(...close.map(({ clarity }) => clarity));
  const clear = close.filter(({ clarity }) => clarity >= clearest * CLEAR);
  return (
    clear.reduce<(typeof clear)[number] | null>(
      (top, entry) => (top && top.separation >= entry.separation ? top : entry),
      null,
    )?.index ?? null
  );
}

/** The distance between the levels on both sides of a split, in spreads of the sides. */
function clarityOf(
  values: readonly number[],
  { index, end, floor }: { index: number; end: number; floor: number },
): number {
  const [before, after] = [spreadOf(values.slice(0, index)), spreadOf(values.slice(index, end))];
  return Math.abs(after.median - before.median) / Math.max(before.iqr + after.iqr, floor);
}

/** Mann-Whitney z of every split that leaves enough samples on both sides; none of values that are all the same. */
function separationsOf(values: readonly number[]): { readonly index: number; readonly separation: number }[] {
  if (values.every((value) => value === values[0])) return [];
  const end = values.length;
  const ranks = midRanks(values);
  const separations: { index: number; separation: number }[] = [];
  let sum = 0;
  for (let index = 1; index <= end - MIN_AFTER; index++) {
    sum += ranks[index - 1] ?? 0;
    if (index < MIN_BEFORE) continue;
    const deviation = Math.sqrt((index * (end - index) * (end + 1)) / 12);
    separations.push({ index, separation: Math.abs(sum - (index * (end + 1)) / 2) / deviation });
  }
  return separations;
}

function midRanks(values: readonly number[]): number[] {
  const ascending = sorted(values);
  const ranks = new Map<number, number>();
  for (let start = 0; start < ascending.length; ) {
    let stop = start + 1;
    while (stop < ascending.length && ascending[stop] === ascending[start]) stop++;
    ranks.set(ascending[start] ?? 0, (start + stop + 1) / 2);
    start = stop;
  }
  return values.map((value) => ranks.get(value) ?? 0);
}

function describe(series: Judged, index: number, end: number): ChangePoint | null {
  const { samples, values, floor } = series;
  const before = spreadOf(values.slice(0, index));
  const after = spreadOf(values.slice(index, end));
  const score = robustScore(before, after.median, floor);
  // The spread of a handful of samples is itself uncertain: five are believed half as much as fifty.
  if (Math.abs(score) < MIN_SCORE * (1 + 5 / index)) return null;
  // A step on the way to a higher level need not be a level itself; what leads to the present state must.
  if (end === values.length && !isLevel(series, { before, after, index, sign: Math.sign(score) })) return null;
  const tail = Math.max(MIN_AFTER, Math.round((end - index) / 5));
  const current = median(values.slice(end - tail, end));
  const way = (current - before.median) / (after.median - before.median);
  const persists = way >= 0.5 && Math.abs(robustScore(before, current, floor)) >= MIN_SCORE / 2;
  return { index, onset: samples[index]?.[0] ?? 0, before, after, current, score, persists };
}

interface Candidate {
  readonly before: Spread;
  readonly after: Spread;
  readonly index: number;
  readonly sign: number;
}

/** Whether what follows a split is a level that is held, not a wave that starts in its trough or a burst that passes. */
function isLevel({ values, floor }: Judged, { before, after, index, sign }: Candidate): boolean {
  // Few samples may all lie in the trough of a wave: the fewer they are, the narrower the new level must be.
  if (Math.abs(after.median - before.median) < after.iqr * (0.6 + 4 / index)) return false;
  const rest = values.slice(index);
  const away = rest.filter((value) => robustScore(before, value, floor) * sign >= MIN_SCORE / 2);
  return away.length >= rest.length * MIN_HELD;
}

/** Moves the onset to the first sample of the run outside the old level's band that leads into the change. */
function refine(series: Judged, change: ChangePoint): ChangePoint {
  const { values, floor } = series;
  const outside = (index: number): boolean =>
    robustScore(change.before, values[index] ?? change.before.median, floor) * Math.sign(change.score) >= MIN_SCORE / 2;
  let index = change.index;
  while (index > MIN_BEFORE && outside(index - 1)) index--;
  while (index < values.length - MIN_AFTER && !outside(index)) index++;
  if (index === change.index) return change;
  return describe(series, index, values.length) ?? change;
}
