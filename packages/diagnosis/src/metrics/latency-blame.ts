import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { delayAt, misfit, type Seen, slownessOf } from './blame-fit.ts';
import { callGraphOf } from './call-graph.ts';
import { callRatio } from './call-rates.ts';
import { splitAt } from './onset.ts';
import { scaleOf, spreadOf } from './robust.ts';
import { activeShift, type Shift, shiftOf } from './shifts.ts';
import { signalsOf } from './signals.ts';
import { type SignalName, SIGNALS } from './vocabulary.ts';

/** How much slower one workload became, and how much of that its callees do not account for. */
export interface SlowWorkload {
  readonly subject: Subject;
  /** The latency shift that says most about it. */
  readonly shift: Shift;
  /** Increase of the latency in seconds. */
  readonly increase: number;
  /** Increase less the largest increase among what it calls, at least 0. */
  readonly ownIncrease: number;
  /** The callee with the largest increase, when any of them became slower. */
  readonly slowestCallee: { readonly subject: Subject; readonly increase: number } | null;
  /** Log of the ratio times the square root of the own increase. */
  readonly score: number;
  /** How badly a delay here fits what was seen of all workloads around; 0 fits perfectly. */
  readonly misfit: number;
  /** Other slow workloads that this one's slowness may account for. */
  readonly explains: readonly Subject[];
}

const LATENCIES = ['latency', 'tail-latency'] as const satisfies readonly SignalName[];
// A third slower is a bad day; half again as slow is a change.
const MIN_RATIO = 1.5;
// A baseline below this is at the resolution of most histograms; without it the quietest service has the largest ratio.
const MIN_BASE = 0.001;

// A caller may call a slow callee several times for one request; hardly ever more often in a row.
const MAX_FANOUT = 10;
// A change point must stand this many scales out.
const DETECTION = 5;
// Between fits about as good, the one that became slower by itself is likelier.
const LOUDNESS = 0.7;
const MIN_SCORE = 0.001;

/**
 * Workloads that are slower than before, the likeliest origin first. Caller and callee slow down together, so each is
 * weighed by how well a delay at it would explain what was seen of all, and by what its callees do not explain.
 */
export const slowWorkloads = perSnapshot((snapshot: Snapshot): readonly SlowWorkload[] => {
  const slow = findSlow(snapshot);
  return slow.length === 0 ? [] : rank(snapshot, slow);
});

type Weighed = Omit<SlowWorkload, 'explains' | 'misfit'>;

function findSlow(snapshot: Snapshot): readonly Weighed[] {
  const best = new Map<string, Weighed>();
  for (const name of LATENCIES) {
    for (const signal of signalsOf(snapshot).all(name)) {
      const shift = shiftOf(signal);
      if (!shift || shift.direction !== 'up' || shift.ratio < MIN_RATIO) continue;
      if (!shift.persists && !hasStalled(snapshot, signal.subject)) continue;
      const slow = weigh(snapshot, shift);
      const key = subjectKey(signal.subject);
      if ((best.get(key)?.score ?? -1) < slow.score) best.set(key, slow);
    }
  }
  return [...best.values()];
}

function rank(snapshot: Snapshot, slow: readonly Weighed[]): readonly SlowWorkload[] {
  const graph = callGraphOf(snapshot);
  const byKey = new Map(slow.map((entry) => [subjectKey(entry.subject), entry]));
  const seen = seenAround(snapshot, byKey);
  const ranked = slow.map((entry) => {
    const key = subjectKey(entry.subject);
    const above = slow.filter(
      (other) => graph.below(other.subject).has(key) && other.increase <= entry.increase * MAX_FANOUT,
    );
    const below = graph.callees(entry.subject).flatMap((callee) => {
      const slowCallee = byKey.get(subjectKey(callee));
      return slowCallee && slowCallee.increase <= entry.increase ? [slowCallee] : [];
    });
    const fit = Math.min(
      misfit(snapshot, delayAt(entry.subject), seen),
      misfit(snapshot, slownessOf(entry.subject), seen),
    );
    const explains = [...above, ...below].map(({ subject }) => subject);
    const cost = fit - LOUDNESS * Math.log(Math.max(entry.score, MIN_SCORE));
    return { entry: { ...entry, misfit: fit, explains }, cost };
  });
  return ranked
    .sort(
      (left, right) =>
        left.cost - right.cost || (subjectKey(left.entry.subject) < subjectKey(right.entry.subject) ? -1 : 1),
    )
    .map(({ entry }) => entry);
}

/** The slow workloads and their measured neighbours (and others given), which a delay at one of them would have reached. */
export function seenAround(
  snapshot: Snapshot,
  slow: ReadonlyMap<string, { readonly subject: Subject; readonly increase: number }>,
  others: readonly Subject[] = [],
): readonly Seen[] {
  const graph = callGraphOf(snapshot);
  const near = new Map(others.map((subject) => [subjectKey(subject), subject]));
  for (const { subject } of slow.values()) {
    for (const other of [subject, ...graph.callers(subject), ...graph.callees(subject)])
      near.set(subjectKey(other), other);
  }
  return [...near].flatMap(([key, subject]): Seen[] => {
    const entry = slow.get(key);
    if (entry) return [{ subject, increase: entry.increase, detectable: 0 }];
    const detectable = detectableRise(snapshot, subject);
    return detectable === null ? [] : [{ subject, increase: 0, detectable }];
  });
}

/** The least rise of a workload's tail that would have been found; null when its latency is not measured. */
function detectableRise(snapshot: Snapshot, subject: Subject): number | null {
  const signal = signalsOf(snapshot).of('tail-latency', subject) ?? signalsOf(snapshot).of('latency', subject);
  if (!signal) return null;
  const spread = spreadOf(signal.samples.map(([, value]) => value));
  return Math.max(spread.median * (MIN_RATIO - 1), DETECTION * scaleOf(spread, SIGNALS[signal.name].floor));
}

function weigh(snapshot: Snapshot, shift: Shift): Weighed {
  const { subject } = shift.signal;
  const increase = shift.after.median - shift.before.median;
  let slowestCallee: Weighed['slowestCallee'] = null;
  for (const callee of callGraphOf(snapshot).callees(subject)) {
    const rise =
      Math.max(...LATENCIES.map((other) => riseOf(snapshot, { name: other, subject: callee, at: shift.onset }))) *
      callsPerRequest(snapshot, subject, callee);
    if (rise > (slowestCallee?.increase ?? 0)) slowestCallee = { subject: callee, increase: rise };
  }
  const ownIncrease = Math.max(0, increase - (slowestCallee?.increase ?? 0));
  const ratio = shift.after.median / Math.max(shift.before.median, MIN_BASE);
  return {
    subject,
    shift,
    increase,
    ownIncrease,
    slowestCallee,
    score: Math.log(Math.max(1, ratio)) * Math.sqrt(ownIncrease),
  };
}

/** How much slower a callee became by its own onset, else around the caller's; at least 0. */
function riseOf(snapshot: Snapshot, { name, subject, at }: { name: SignalName; subject: Subject; at: Millis }): number {
  const signal = signalsOf(snapshot).of(name, subject);
  if (!signal) return 0;
  const change = shiftOf(signal) ?? splitAt(signal.samples, at);
  return change ? Math.max(0, change.after.median - change.before.median) : 0;
}

/** How often a caller calls a callee per request of its own, 1 when it cannot be told for sure. */
function callsPerRequest(snapshot: Snapshot, caller: Subject, callee: Subject): number {
  const ratio = callRatio(snapshot, { caller, callee });
  return ratio?.exact ? Math.min(MAX_FANOUT, Math.max(1, ratio.calls)) : 1;
}

/** Whether requests no longer get through, so that a latency that has come back only speaks of those that fail fast. */
function hasStalled(snapshot: Snapshot, subject: Subject): boolean {
  const rate = activeShift(snapshot, 'request-rate', subject, 'down');
  return (
    (rate !== null && rate.current < rate.before.median / 2) ||
    activeShift(snapshot, 'error-ratio', subject, 'up') !== null
  );
}
