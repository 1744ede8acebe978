import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { HOUR, type Millis, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isGone } from '../_shared/pods.ts';

/** The end of a Pod that something else replaced. */
export interface Ending {
  readonly workload: Subject;
  readonly time: Millis;
  readonly proof: Evidence;
  /** Whether the kubelet said so; otherwise it follows from its successor being ready. */
  readonly told: boolean;
}

/** The ends of the Pods of the given workloads within the last hour, by workload. */
export function endingsByWorkload(
  snapshot: Snapshot,
  workloads: ReadonlySet<string>,
): ReadonlyMap<string, readonly Ending[]> {
  const told = Map.groupBy(toldEndings(snapshot), ({ workload }) => subjectKey(workload));
  const inferred = Map.groupBy(inferredEndings(snapshot, workloads), ({ workload }) => subjectKey(workload));
  return new Map([...inferred, ...told].filter(([key]) => workloads.has(key)));
}

function toldEndings(snapshot: Snapshot): readonly Ending[] {
  return snapshot.events.withReason('Killing').flatMap((event): Ending[] => {
    if (event.last === null || snapshot.now - event.last > HOUR || !/^Stopping container/i.test(event.message))
      return [];
    return [{ workload: workloadOf(snapshot, event.subject), time: event.last, proof: citeEvent(event), told: true }];
  });
}

// The Pod is gone by now; its name still tells its ReplicaSet.
function workloadOf(snapshot: Snapshot, pod: Subject): Subject {
  if (snapshot.objects.find(pod)) return snapshot.topology.component(pod);
  const owner = snapshot.objects.get('ReplicaSet', pod.namespace, pod.name.replace(/-[a-z0-9]{5}$/, ''));
  return owner ? snapshot.topology.component(subjectOf(owner)) : pod;
}

/** A rollout ends a Pod of the revision before as soon as one of the new revision is ready. */
function inferredEndings(snapshot: Snapshot, workloads: ReadonlySet<string>): readonly Ending[] {
  const rollouts = snapshot.changes.all.filter(
    ({ source, subject, time }) =>
      source === 'rollout' && subject && snapshot.now - time <= HOUR && workloads.has(subjectKey(subject)),
  );
  return rollouts.flatMap(({ subject, time }) =>
    subject ? readyTimes(snapshot, subject, time).map((ending) => ({ ...ending, workload: subject })) : [],
  );
}

function readyTimes(snapshot: Snapshot, workload: Subject, since: Millis): readonly Omit<Ending, 'workload'>[] {
  return snapshot.topology.pods.ofComponent(workload).flatMap((pod) => {
    const ready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
    const time = parseTime(ready?.lastTransitionTime);
    return isGone(pod) || time === null || time < since
      ? []
      : [{ time, proof: citeField(pod, 'status.conditions[type=Ready].lastTransitionTime'), told: false }];
  });
}
