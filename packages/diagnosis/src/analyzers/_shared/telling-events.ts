import { compareText } from '@headwater/core/subject.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { perSnapshot } from './memo.ts';

// What the scheduler, the kubelet and the workload controllers write while all goes well: nearly every Event there is.
const ROUTINE = new Set([
  'Created',
  'Killing',
  'Pulled',
  'Pulling',
  'ScalingReplicaSet',
  'Scheduled',
  'Started',
  'SuccessfulCreate',
  'SuccessfulDelete',
]);

// As all Events are ordered: what happens in one moment under one name by namespace.
function byTime(left: EventRecord, right: EventRecord): number {
  return (
    (left.last ?? 0) - (right.last ?? 0) ||
    compareText(left.name, right.name) ||
    compareText(`${left.namespace}/`, `${right.namespace}/`)
  );
}

/** The Events whose message may tell what went wrong, oldest first: all but the routine of placing and starting Pods. */
export const tellingEvents = perSnapshot((snapshot): readonly EventRecord[] =>
  [...snapshot.events.reasons()]
    .flatMap((reason) => (ROUTINE.has(reason) ? [] : snapshot.events.withReason(reason)))
    .sort(byTime),
);
