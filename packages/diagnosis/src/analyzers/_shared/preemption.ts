import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin } from './freshness.ts';
import { perSnapshot } from './memo.ts';
import type { PodObject } from './pods.ts';
import { unplacedPods } from './scheduling.ts';
import { rootOf } from './workloads.ts';
import { HOUR } from '@headwater/core/time.ts';

/** Pods of one workload that the scheduler removed for a Pod of higher priority, and that are still missing. */
export interface Preemption {
  readonly victim: Subject;
  /** The workload of higher priority; the victim itself when it is not known who. */
  readonly preemptor: Subject;
  readonly preemptorPod: PodObject | null;
  readonly waiting: PodObject;
  readonly event: EventRecord;
}

// A victim's replacement waits until room appears; an eviction longer ago than this has other reasons to still hurt.
const LASTING = 6 * HOUR;

/** Preemptions whose victims still lack the Pod they lost. */
export const preemptions = perSnapshot((snapshot): readonly Preemption[] => {
  const byWorkload = new Map<string, PodObject>();
  for (const { pod } of unplacedPods(snapshot)) byWorkload.set(subjectKey(rootOf(snapshot, pod)), pod);
  if (byWorkload.size === 0) return [];
  const found = new Map<string, Preemption>();
  for (const event of snapshot.events.withReason('Preempted')) {
    if (event.subject.kind !== 'Pod' || !isWithin(snapshot, event.last, LASTING)) continue;
    const victim = victimWorkload(snapshot, event.subject);
    const waiting = victim ? byWorkload.get(subjectKey(victim)) : undefined;
    if (!victim || !waiting) continue;
    const preemptorPod = preemptorOf(snapshot, event.message);
    const preemptor = preemptorPod ? rootOf(snapshot, preemptorPod) : null;
    if (preemptor && subjectKey(preemptor) === subjectKey(victim)) continue;
    found.set(subjectKey(victim), { victim, preemptor: preemptor ?? victim, preemptorPod, waiting, event });
  }
  return [...found.values()];
});

/** Who preempted a workload's Pods, when it is known and the workload still waits. */
export function preemptionOf(snapshot: Snapshot, victim: Subject): Preemption | null {
  const found = preemptions(snapshot).find((preemption) => subjectKey(preemption.victim) === subjectKey(victim));
  return found?.preemptorPod ? found : null;
}

// A preempted Pod is deleted, so its owner is found by the name its ReplicaSet or StatefulSet gave it.
function victimWorkload(snapshot: Snapshot, pod: Subject): Subject | null {
  const living = snapshot.objects.get('Pod', pod.namespace, pod.name);
  if (living) return rootOf(snapshot, living);
  const prefix = pod.name.replace(/-[^-]+$/, '');
  for (const kind of ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'] as const) {
    const owner = snapshot.objects.get(kind, pod.namespace, prefix);
    if (owner) return snapshot.owners.root(subjectOf(owner));
  }
  return null;
}

// By uid since Kubernetes 1.27 (`Preempted by pod 6c8f… on node n1`), by `namespace/name` before.
function preemptorOf(snapshot: Snapshot, message: string): PodObject | null {
  const match = /preempted by (?:pod )?(?:([\w.-]+)\/([\w.-]+)|([0-9a-f-]{36}))/i.exec(message);
  if (!match) return null;
  const named = match[3] ? snapshot.objects.byUid(match[3])?.metadata : { namespace: match[1], name: match[2] };
  return snapshot.objects.get('Pod', named?.namespace, named?.name ?? '') ?? null;
}
