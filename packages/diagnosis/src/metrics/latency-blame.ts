import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { callGraphOf } from './call-graph.ts';
import { splitAt } from './onset.ts';
import { median } from './robust.ts';
import { activeShift, type Shift, shiftOf } from './shifts.ts';
import { signalsOf } from './signals.ts';
import type { SignalName } from './vocabulary.ts';

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
  /** Other slow workloads that this one's slowness accounts for. */
  readonly explains: readonly Subject[];
}

const LATENCIES = ['latency', 'tail-latency'] as const satisfies readonly SignalName[];
// A third slower is a bad day; half again as slow is a change.
const MIN_RATIO = 1.5;
// A baseline below this is at the resolution of most histograms; without it the quietest service has the largest ratio.
const MIN_BASE = 0.001;

// A caller may call a slow callee several times for one request; hardly ever more often in a row.
const MAX_FANOUT = 10;
// A caller on a slow link also delays the answers its callees are sending; that is seen less often than the reverse.
const CALLEE_WEIGHT = 0.5;
const MIN_SCORE = 0.001;

const memo = new WeakMap<Snapshot, readonly SlowWorkload[]>();

/**
 * Workloads that are slower than before, the likeliest origin first. Caller and callee slow down together, so each is
 * weighed by what its callees do not explain, and by how many of the others its own slowness would explain.
 */
export function slowWorkloads(snapshot: Snapshot): readonly SlowWorkload[] {
  const known = memo.get(snapshot);
  if (known) return known;
  const ranked = rank(snapshot, findSlow(snapshot));
  memo.set(snapshot, ranked);
  return ranked;
}

type Weighed = Omit<SlowWorkload, 'explains'>;

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
  const ranked = slow.map((entry) => {
    const callers = slow.filter(
      (other) => other !== entry && graph.below(other.subject).has(subjectKey(entry.subject)),
    );
    const above = callers.filter((other) => other.increase <= entry.increase * MAX_FANOUT);
    const calleeKeys = new Set(graph.callees(entry.subject).map(subjectKey));
    const below = slow.filter((other) => calleeKeys.has(subjectKey(other.subject)) && other.increase <= entry.increase);
    const weight = above.length + CALLEE_WEIGHT * below.length + Math.log(Math.max(entry.score, MIN_SCORE));
    return { entry: { ...entry, explains: [...above, ...below].map(({ subject }) => subject) }, weight };
  });
  return ranked
    .sort(
      (left, right) =>
        right.weight - left.weight || (subjectKey(left.entry.subject) < subjectKey(right.entry.subject) ? -1 : 1),
    )
    .map(({ entry }) => entry);
}

function weigh(snapshot: Snapshot, shift: Shift): Weighed {
  const { subject, name } = shift.signal;
  const increase = shift.after.median - shift.before.median;
  let slowestCallee: Weighed['slowestCallee'] = null;
  for (const callee of callGraphOf(snapshot).callees(subject)) {
    const rise =
      riseOf(snapshot, { name, subject: callee, at: shift.onset }) * callsPerRequest(snapshot, subject, callee);
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

/** How often a caller calls a callee per request of its own, 1 when it cannot be told: only rates that are the edge's own count. */
function callsPerRequest(snapshot: Snapshot, caller: Subject, callee: Subject): number {
  const signals = signalsOf(snapshot);
  const sole = callGraphOf(snapshot).callers(callee).length === 1;
  const calls = signals.of('call-rate', caller, callee) ?? (sole ? signals.of('request-rate', callee) : undefined);
  const requests = signals.of('request-rate', caller);
  if (!calls || !requests) return 1;
  const ratio = median(calls.samples.map(([, value]) => value)) / median(requests.samples.map(([, value]) => value));
  return Number.isFinite(ratio) ? Math.min(MAX_FANOUT, Math.max(1, ratio)) : 1;
}

/** Whether requests no longer get through, so that a latency that has come back only speaks of those that fail fast. */
function hasStalled(snapshot: Snapshot, subject: Subject): boolean {
  const rate = activeShift(snapshot, 'request-rate', subject, 'down');
  return (
    (rate !== null && rate.current < rate.before.median / 2) ||
    activeShift(snapshot, 'error-ratio', subject, 'up') !== null
  );
}
