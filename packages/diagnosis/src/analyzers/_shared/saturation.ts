import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Shift, shiftOf } from '../../metrics/shifts.ts';
import { median } from '../../metrics/robust.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** A workload that its CPU limit slows down now. */
export interface Throttled {
  readonly subject: Subject;
  readonly signal: Signal;
  /** How it came to be so; null when it has been so through the whole window. */
  readonly shift: Shift | null;
}

// A quarter of periods is where the common alert fires and where tail latency visibly suffers.
const MIN_PERIODS = 0.25;
// Throttled this many seconds in each second, a request of any length waits for its share.
const MIN_SECONDS = 0.25;
// The median of a window's end, so that one busy minute does not count as a state.
const RECENT_SAMPLES = 5;

/** Workloads whose CPU limit throttles them now, by key: their share of throttled periods, else their throttled time. */
export const throttledWorkloads = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, Throttled> => {
  const found = new Map<string, Throttled>();
  const signals = signalsOf(snapshot);
  const limits = [
    ['throttled-periods', MIN_PERIODS],
    ['cpu-throttled', MIN_SECONDS],
  ] as const;
  for (const [name, limit] of limits) {
    for (const signal of signals.all(name)) {
      const key = subjectKey(signal.subject);
      if (found.has(key) || recentLevel(signal) < limit) continue;
      const shift = shiftOf(signal);
      found.set(key, {
        subject: signal.subject,
        signal,
        shift: shift?.persists && shift.direction === 'up' ? shift : null,
      });
    }
  }
  return found;
});

/** The median of a signal's last samples. */
export function recentLevel({ samples }: Signal): number {
  return median(samples.slice(-RECENT_SAMPLES).map(([, value]) => value));
}
