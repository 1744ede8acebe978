import { sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShift, activeShifts, type Shift, shiftOf } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { LogStream, LogTemplate } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { containersOf, isGone } from './pods.ts';

/** A caller that repeats failing calls: the callee is asked for much more while nobody asks its callers for more. */
export interface Repeats {
  readonly caller: Subject;
  readonly callee: Subject;
  readonly calls: Shift;
  /** The caller's own request rate. */
  readonly asked: Signal;
  readonly failing: Shift;
  /** Where the caller logs that it tries again. */
  readonly said: RetryLine | null;
}

export interface RetryLine {
  readonly stream: LogStream;
  readonly template: LogTemplate;
}

// Ordinary variation of what one request costs in calls stays below this.
const MIN_RATIO = 1.8;
const FLAT = 1.3;

/** Every pair of a caller and a callee with repeated calls now. */
export const repeatedCalls = perSnapshot((snapshot: Snapshot): readonly Repeats[] => {
  const onEdges = activeShifts(snapshot, 'call-rate', 'up').flatMap((calls) =>
    calls.signal.peer
      ? (judge(snapshot, calls, { caller: calls.signal.subject, callee: calls.signal.peer }) ?? [])
      : [],
  );
  const known = new Set(onEdges.map(({ callee }) => subjectKey(callee)));
  const onCallees = activeShifts(snapshot, 'request-rate', 'up').flatMap((calls) => {
    const callee = calls.signal.subject;
    const caller = known.has(subjectKey(callee)) ? undefined : repeaterOf(snapshot, callee);
    return caller ? (judge(snapshot, calls, { caller, callee }) ?? []) : [];
  });
  return [...onEdges, ...onCallees];
});

/** Whether a workload is slow or fails because it tries again and again. */
export function repeatsCalls(snapshot: Snapshot, subject: Subject): boolean {
  return repeatedCalls(snapshot).some(({ caller }) => sameSubject(caller, subject));
}

/** The caller that must be it: the only one, or of several of which none is asked for more the only one that logs retries. */
function repeaterOf(snapshot: Snapshot, callee: Subject): Subject | undefined {
  const callers = callGraphOf(snapshot).callers(callee);
  if (callers.length <= 1) return callers[0];
  const rates = callers.map((caller) => signalsOf(snapshot).of('request-rate', caller));
  if (rates.some((rate) => !rate || growth(rate) > FLAT)) return undefined;
  const telling = callers.filter((caller) => retryLine(snapshot, caller, callee));
  if (telling.length > 0) return telling.length === 1 ? telling[0] : undefined;
  // Who tries again waits between the tries.
  const waiting = callers.filter((caller) => {
    const slow = activeShift(snapshot, 'latency', caller, 'up') ?? activeShift(snapshot, 'tail-latency', caller, 'up');
    return slow !== null && slow.ratio >= MIN_RATIO;
  });
  return waiting.length === 1 ? waiting[0] : undefined;
}

function judge(
  snapshot: Snapshot,
  calls: Shift,
  { caller, callee }: { caller: Subject; callee: Subject },
): Repeats | null {
  if (calls.ratio < MIN_RATIO) return null;
  const asked = signalsOf(snapshot).of('request-rate', caller);
  const failing = activeShift(snapshot, 'error-ratio', callee, 'up') ?? edgeFailure(snapshot, caller, callee);
  if (!asked || !failing || growth(asked) > FLAT) return null;
  return { caller, callee, calls, asked, failing, said: retryLine(snapshot, caller, callee) };
}

function edgeFailure(snapshot: Snapshot, caller: Subject, callee: Subject): Shift | null {
  const signal = signalsOf(snapshot).of('call-error-ratio', caller, callee);
  const shift = signal ? shiftOf(signal) : null;
  return shift?.persists && shift.direction === 'up' ? shift : null;
}

function growth(signal: Signal): number {
  const shift = shiftOf(signal);
  return shift?.persists && shift.direction === 'up' ? shift.ratio : 1;
}

const RETRY = /\bretry(?:ing)?\b|\bretries\b|\bwill try again\b|\battempt '?\d+'?(?: of |\/)\d+/i;
const MIN_LINES = 5;

/** Lines in which a workload says that it tries calls to another one again; null when it does not. */
export function retryLine(snapshot: Snapshot, caller: Subject, callee: Subject): RetryLine | null {
  for (const pod of snapshot.owners.pods(caller)) {
    if (isGone(pod)) continue;
    for (const { name } of containersOf(pod)) {
      const stream = snapshot.logs.get(pod.metadata.namespace ?? '', pod.metadata.name, name, false);
      const template = stream?.templates.find(
        ({ count, sample }) => count >= MIN_LINES && RETRY.test(sample.text) && sample.text.includes(callee.name),
      );
      if (stream && template) return { stream, template };
    }
  }
  return null;
}
