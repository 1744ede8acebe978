import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { type Shift, shiftOf } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { livesOn, workloadsOn } from './placement.ts';
import { recentLevel } from './saturation.ts';

/** The workload that uses most of one resource of a Node. */
export interface Hog {
  readonly subject: Subject;
  readonly signal: Signal;
  /** Its share of what all measured workloads of the Node use now, 0 to 1. */
  readonly share: number;
  /** How its use rose; null when it has been so through the window. */
  readonly shift: Shift | null;
}

// Below half, the Node's load is everybody's.
const MIN_SHARE = 0.5;

/** The workload that uses more than half of what is used of a resource on a Node; null when none does. */
export function hogOf(
  snapshot: Snapshot,
  node: string,
  name: Extract<SignalName, 'cpu' | 'memory' | 'disk-io' | 'disk-reads'>,
): Hog | null {
  const measured = workloadsOn(snapshot, node).flatMap((subject) => {
    const signal = livesOn(snapshot, subject, node) ? signalsOf(snapshot).of(name, subject) : undefined;
    return signal ? [{ subject, signal, level: recentLevel(signal) }] : [];
  });
  const total = measured.reduce((sum, { level }) => sum + level, 0);
  const top = measured.reduce<(typeof measured)[number] | null>(
    (best, entry) => (best && best.level >= entry.level ? best : entry),
    null,
  );
  // Alone on the Node, it can disturb nobody.
  if (!top || measured.length < 2 || top.level < total * MIN_SHARE) return null;
  const shift = shiftOf(top.signal);
  return {
    subject: top.subject,
    signal: top.signal,
    share: top.level / total,
    shift: shift?.persists && shift.direction === 'up' ? shift : null,
  };
}

/** The workload that alone uses more than half of a Node's memory, whoever else is measured there; null when none does. */
export function memoryGiant(snapshot: Snapshot, node: string): Hog | null {
  const capacity = parseQuantity(snapshot.objects.get('Node', null, node)?.status?.capacity?.['memory']);
  if (!capacity) return null;
  for (const subject of workloadsOn(snapshot, node)) {
    const signal = livesOn(snapshot, subject, node) ? signalsOf(snapshot).of('memory', subject) : undefined;
    const share = signal ? recentLevel(signal) / capacity : 0;
    if (!signal || share < MIN_SHARE) continue;
    const shift = shiftOf(signal);
    return { subject, signal, share, shift: shift?.persists && shift.direction === 'up' ? shift : null };
  }
  return null;
}

// A Pod is scheduled, pulled and started within minutes before its load shows.
const STARTS_WITHIN = 5 * MINUTE;

/** Whether a workload's Pod came to a Node just before a time: what began then came with it. */
export function cameWith(
  snapshot: Snapshot,
  { workload, node, time }: { workload: Subject; node: string; time: number },
): boolean {
  return snapshot.owners.pods(workload).some(({ metadata, spec }) => {
    const made = parseTime(metadata.creationTimestamp);
    return spec?.nodeName === node && made !== null && made <= time + MINUTE && time - made <= STARTS_WITHIN;
  });
}

/** Workloads of a Node, other than one, that became slower, failed or starved of CPU since about a time. */
export function victimsOn(
  snapshot: Snapshot,
  node: string,
  { except, from }: { except: Subject; from: number },
): readonly Shift[] {
  const found: Shift[] = [];
  for (const subject of workloadsOn(snapshot, node)) {
    if (subjectKey(subject) === subjectKey(except) || !livesOn(snapshot, subject, node)) continue;
    const shift = worstShift(snapshot, subject);
    if (shift && shift.onset >= from && !hasMoreLoad(snapshot, subject)) found.push(shift);
  }
  return found;
}

const FELT = ['tail-latency', 'latency', 'error-ratio', 'self-time'] as const satisfies readonly SignalName[];

/** The strongest lasting worsening of what a workload's callers feel; null when there is none. */
export function worstShift(snapshot: Snapshot, subject: Subject): Shift | null {
  const shifts = FELT.flatMap((name) => {
    const signal = signalsOf(snapshot).of(name, subject);
    const shift = signal ? shiftOf(signal) : null;
    return shift?.persists && shift.direction === 'up' && shift.ratio >= 1.3 ? [shift] : [];
  });
  return shifts.sort((left, right) => right.score - left.score)[0] ?? null;
}

/** Whether a workload's own request rate rose by a third or more: then it is busy, not disturbed. */
export function hasMoreLoad(snapshot: Snapshot, subject: Subject): boolean {
  const signal = signalsOf(snapshot).of('request-rate', subject);
  const shift = signal ? shiftOf(signal) : null;
  return shift !== null && shift.direction === 'up' && shift.persists && shift.ratio >= 1.33;
}
