import { byTime, type EventRecord } from '../../snapshot/events.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

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

/** The Events whose message may tell what went wrong, oldest first: all but the routine of placing and starting Pods. */
export const tellingEvents = perSnapshot((snapshot): readonly EventRecord[] =>
  [...snapshot.events.reasons()]
    .flatMap((reason) => (ROUTINE.has(reason) ? [] : snapshot.events.unordered(reason)))
    .sort(byTime),
);
