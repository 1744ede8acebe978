import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

/**
 * The longest a thing that repeats may be silent and still count as going on: the kubelet's restart back-off ends at five
 * minutes and is forgotten after ten minutes of health.
 */
export const RECENT = 15 * MINUTE;

/** Whether a moment lies within `span` before the snapshot; an unknown moment does not. */
export function isWithin(snapshot: Snapshot, time: Millis | null, span: number): boolean {
  return time !== null && snapshot.now - time <= span;
}

/** How long ago a written time was, in milliseconds; null when it is absent or malformed. */
export function ageOf(snapshot: Snapshot, time: unknown): number | null {
  const at = parseTime(time);
  return at === null ? null : snapshot.now - at;
}

/** The last event about an object that is not about an earlier object of its name and satisfies `matches`. */
export function lastEvent(
  snapshot: Snapshot,
  object: KubeObject,
  matches: (event: EventRecord) => boolean,
): EventRecord | undefined {
  return snapshot.events.of(subjectOf(object)).findLast((event) => !event.stale && matches(event));
}
