import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type ChangePoint, findChange } from './onset.ts';
import type { Signal } from './signal.ts';
import { signalsOf } from './signals.ts';
import { SIGNALS, type SignalName } from './vocabulary.ts';

/** A signal whose level has changed. */
export interface Shift extends ChangePoint {
  readonly signal: Signal;
  readonly direction: 'up' | 'down';
  /** New level over old; Infinity from zero. */
  readonly ratio: number;
}

const memo = new WeakMap<Signal, { readonly shift: Shift | null }>();

/** The change of level of a signal, computed once; null when it is stationary. May have come back: see `persists`. */
export function shiftOf(signal: Signal): Shift | null {
  const known = memo.get(signal);
  if (known) return known.shift;
  const change = findChange(signal.samples, SIGNALS[signal.name].floor);
  const shift: Shift | null = change && {
    ...change,
    signal,
    direction: change.score > 0 ? 'up' : 'down',
    ratio: change.before.median === 0 ? Number.POSITIVE_INFINITY : change.after.median / change.before.median,
  };
  memo.set(signal, { shift });
  return shift;
}

/** Shifts of a signal that still hold at the end of the series, over all subjects. */
export function activeShifts(snapshot: Snapshot, name: SignalName, direction: Shift['direction']): readonly Shift[] {
  return signalsOf(snapshot)
    .all(name)
    .flatMap((signal) => lastingShift(signal, direction) ?? []);
}

/** The shift of one subject's signal that still holds, or null. */
export function activeShift(
  snapshot: Snapshot,
  name: SignalName,
  subject: Subject,
  direction: Shift['direction'],
): Shift | null {
  const signal = signalsOf(snapshot).of(name, subject);
  return signal ? lastingShift(signal, direction) : null;
}

/** The shift of a signal when it still holds at the end of the series and goes that way, or null. */
export function lastingShift(signal: Signal, direction: Shift['direction']): Shift | null {
  const shift = shiftOf(signal);
  return shift?.persists && shift.direction === direction ? shift : null;
}
