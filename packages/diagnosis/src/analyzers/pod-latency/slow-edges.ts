import { type Subject, sameSubject, subjectKey } from '@headwater/core/subject.ts';
import { type Shift, shiftOf } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

const EDGE_SIGNALS = ['network-time', 'call-latency'] as const satisfies readonly SignalName[];
const MIN_RATIO = 1.5;

/** The strongest lasting rise of the time between a workload and what it talks to; null when no edge shows one. */
export function networkShift(snapshot: Snapshot, subject: Subject): Shift | null {
  const key = subjectKey(subject);
  const shifts = EDGE_SIGNALS.flatMap((name) =>
    signalsOf(snapshot)
      .all(name)
      .flatMap((signal) => {
        const touches = subjectKey(signal.subject) === key || (signal.peer && subjectKey(signal.peer) === key);
        const shift = touches ? shiftOf(signal) : null;
        if (!shift || !isSlow(shift)) return [];
        return name === 'network-time' || calleeStayedFast(snapshot, shift) ? [shift] : [];
      }),
  );
  return shifts.sort((left, right) => right.score - left.score)[0] ?? null;
}

/** The end of a slow edge whose other edges say least against it; null when they do not tell the ends apart. */
export function slowEnd(snapshot: Snapshot, { signal }: Shift): Subject | null {
  const { subject: caller, peer: callee, name } = signal;
  if (!callee) return null;
  const calmAt = (end: Subject): boolean =>
    signalsOf(snapshot)
      .all(name)
      .some((other) => {
        const touches = sameSubject(other.subject, end) || (other.peer !== undefined && sameSubject(other.peer, end));
        const same = sameSubject(other.subject, caller) && other.peer !== undefined && sameSubject(other.peer, callee);
        const shift = touches && !same ? shiftOf(other) : null;
        return touches && !same && !(shift && isSlow(shift));
      });
  const [calmCaller, calmCallee] = [calmAt(caller), calmAt(callee)];
  if (calmCaller === calmCallee) return null;
  return calmCaller ? callee : caller;
}

/** The other end of an edge. */
export function otherEnd({ signal }: Shift, subject: Subject): Subject {
  return signal.peer && subjectKey(signal.subject) === subjectKey(subject) ? signal.peer : signal.subject;
}

function isSlow({ persists, direction, ratio }: Shift): boolean {
  return persists && direction === 'up' && ratio >= MIN_RATIO;
}

/** Whether the callee of an edge answered as fast as before, by its own clock, while the caller waited longer. */
function calleeStayedFast(snapshot: Snapshot, { signal, after, before }: Shift): boolean {
  if (!signal.peer) return false;
  const signals = signalsOf(snapshot);
  const served =
    signals.of('serve-latency', signal.subject, signal.peer) ??
    signals.of('tail-latency', signal.peer) ??
    signals.of('latency', signal.peer);
  if (!served) return false;
  const shift = shiftOf(served);
  return !shift || shift.after.median - shift.before.median < (after.median - before.median) / 3;
}
