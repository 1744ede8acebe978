import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { HOUR, type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isPlaced } from '../../topology/scheduling-usage.ts';
import { isWithin } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import type { PodObject } from './pods.ts';
import { unplacedPods } from './scheduling.ts';
import { rootOf } from './workloads.ts';

/** Pods of one workload that the scheduler removed for a Pod of higher priority, and that are still missing. */
export interface Preemption {
  readonly victim: Subject;
  /** The workload of higher priority; the victim itself when it is not known who. */
  readonly preemptor: Subject;
  readonly preemptorPod: PodObject | null;
  readonly waiting: PodObject;
  /** The scheduler's word; null when it is concluded from priorities and times alone. */
  readonly event: EventRecord | null;
}

// A victim's replacement waits until room appears; an eviction longer ago than this has other reasons to still hurt.
const LASTING = 6 * HOUR;

// The scheduler places the newcomer once its victims have ended, which takes their grace period at most.
const GRACE = 3 * MINUTE;
// A template or replica count as young as the Pod explains the Pod by itself.
const SETTLED = HOUR;

/** Preemptions whose victims still lack the Pod they lost. */
export const preemptions = perSnapshot((snapshot): readonly Preemption[] => {
  const byWorkload = new Map<string, PodObject>();
  for (const { pod } of unplacedPods(snapshot)) byWorkload.set(subjectKey(rootOf(snapshot, pod)), pod);
  if (byWorkload.size === 0) return [];
  const told = toldPreemptions(snapshot, byWorkload);
  if (told.length > 0 || snapshot.events.withReason('FailedScheduling').length > 0) return told;
  return [...byWorkload.values()].flatMap((waiting) => concluded(snapshot, waiting) ?? []);
});

function toldPreemptions(snapshot: Snapshot, byWorkload: ReadonlyMap<string, PodObject>): readonly Preemption[] {
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
}

/**
 * Without Events: Pods of an old, unchanged template that were made anew and lack room, in the very minutes in which Pods of
 * higher priority were placed.
 */
function concluded(snapshot: Snapshot, waiting: PodObject): Preemption | null {
  const victim = rootOf(snapshot, waiting);
  const made = parseTime(waiting.metadata.creationTimestamp);
  const short = unplacedPods(snapshot).find(({ pod }) => pod === waiting)?.message?.reasons;
  if (made === null || !short?.some(({ kind }) => kind === 'resource') || !isSettled(snapshot, waiting, made))
    return null;
  const lowest = waiting.spec?.priority ?? 0;
  const preemptorPod = snapshot.objects
    .list('Pod')
    .filter((pod) => isPlaced(pod) && (pod.spec?.priority ?? 0) > lowest)
    .filter((pod) => Math.abs((parseTime(pod.metadata.creationTimestamp) ?? 0) - made) <= GRACE)
    .sort((left, right) => (right.spec?.priority ?? 0) - (left.spec?.priority ?? 0))[0];
  if (!preemptorPod || preemptorPod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet')) return null;
  return { victim, preemptor: rootOf(snapshot, preemptorPod), preemptorPod, waiting, event: null };
}

function isSettled(snapshot: Snapshot, pod: PodObject, made: Millis): boolean {
  const owner = pod.metadata.ownerReferences?.[0];
  if (owner?.kind !== 'ReplicaSet' && owner?.kind !== 'StatefulSet') return false;
  const parent = snapshot.objects.get(owner.kind, pod.metadata.namespace, owner.name ?? '');
  const born = parseTime(parent?.metadata.creationTimestamp);
  const scaled = snapshot.changes.of(rootOf(snapshot, pod)).some(({ time }) => Math.abs(time - made) < GRACE);
  return born !== null && made - born > SETTLED && !scaled;
}

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
