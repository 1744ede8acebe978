import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type NodeFit, schedulingOf } from '../../topology/scheduling.ts';
import { lastEvent } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { groupByRoot } from './pod-groups.ts';
import type { PodObject } from './pods.ts';
import { parseSchedulerMessage, type SchedulerMessage } from './scheduler-message.ts';
import { type Decision, decideByMessage, decideByNodes, messageAgrees } from './scheduling-decision.ts';
import { unsettledPods } from './unsettled-pods.ts';

/** A Pod the scheduler has looked at and could not place. */
export interface UnplacedPod {
  readonly pod: PodObject;
  readonly message: SchedulerMessage | null;
  readonly event: EventRecord | null;
}

/** Why the Pods of one workload cannot be placed. */
export interface SchedulingCause extends Decision {
  readonly subject: Subject;
  /** The object whose template made the Pods; the Pod itself when it is bare or its owner was not read. */
  readonly root: KubeObject;
  readonly pods: readonly PodObject[];
  /** The Pod the evidence is about. */
  readonly pod: PodObject;
  readonly message: SchedulerMessage | null;
  /** The scheduler's own words: the event, else the condition. */
  readonly effect: readonly Evidence[];
  readonly strength: number;
  readonly since: Millis | null;
}

// What differs between Pods of one workload (a StatefulSet's volumes, a DaemonSet's Nodes) shows among the first.
const JUDGED_PER_ROOT = 12;

/** Pods the scheduler tried and failed to place, that still wait. */
export const unplacedPods = perSnapshot((snapshot) =>
  unsettledPods(snapshot).flatMap((pod): UnplacedPod[] => {
    if (!isWaiting(pod)) return [];
    const condition = scheduledCondition(pod);
    if (condition?.status === 'True' || condition?.reason === 'SchedulingGated') return [];
    const event = lastEvent(snapshot, pod, ({ reason }) => reason === 'FailedScheduling') ?? null;
    if (!event && condition?.status !== 'False') return [];
    const text = event?.message ?? condition?.message;
    return [{ pod, event, message: text ? parseSchedulerMessage(text) : null }];
  }),
);

/** Every reason why Pods wait for a Node now, one per workload and constraint. */
export const schedulingCauses = perSnapshot(findCauses);

/** The scheduler's words about a Pod as evidence: its event, else the condition it left. */
export function citeUnplaced({ pod, event }: UnplacedPod): readonly Evidence[] {
  if (event) return [citeEvent(event)];
  const path = 'status.conditions[type=PodScheduled]';
  return [citeField(pod, scheduledCondition(pod)?.message ? `${path}.message` : `${path}.status`)];
}

function findCauses(snapshot: Snapshot): readonly SchedulingCause[] {
  if (unplacedPods(snapshot).length === 0) return [];
  const view = schedulingOf(snapshot.objects);
  return groupByRoot(snapshot, unplacedPods(snapshot)).flatMap(({ subject, root, entries }) => {
    const found = new Map<string, { cause: SchedulingCause; pods: PodObject[] }>();
    const judged = new Map<string, SchedulingCause | null>();
    let last: SchedulingCause | null = null;
    for (const one of entries) {
      const twin = twinKey(one.pod);
      const known = judged.get(twin);
      if (known !== undefined) last = known;
      else if (judged.size < JUDGED_PER_ROOT) last = judge(snapshot, view.judge(one.pod), { subject, root, one });
      judged.set(twin, last);
      if (!last) continue;
      const key = `${last.kind} ${last.key}`;
      const group = found.get(key) ?? { cause: last, pods: [] };
      found.set(key, group);
      group.pods.push(one.pod);
    }
    return [...found.values()].map(({ cause, pods }) => ({ ...cause, pods }));
  });
}

/** Pods of one ReplicaSet or Job differ in their names only; others may have volumes or Nodes of their own. */
function twinKey({ metadata }: PodObject): string {
  const owner = metadata.ownerReferences?.[0];
  const uniform = owner?.kind === 'ReplicaSet' || owner?.kind === 'Job';
  return uniform ? `${owner.kind}/${owner.name ?? ''}` : `Pod/${metadata.name}`;
}

interface Waiting {
  readonly subject: Subject;
  readonly root: KubeObject;
  readonly one: UnplacedPod;
}

function judge(snapshot: Snapshot, fits: readonly NodeFit[], { subject, root, one }: Waiting): SchedulingCause | null {
  const { pod, message } = one;
  // Missing or unbound claims come before any Node; the storage analyzers speak for them.
  if (message && message.reasons.length > 0 && message.reasons.every(({ kind }) => kind === 'claim')) return null;
  const evaluated = decideByNodes(fits, snapshot.now);
  const chosen = choose(evaluated, message, pod);
  if (!chosen) return null;
  const condition = scheduledCondition(pod);
  return {
    ...chosen.decision,
    subject,
    root,
    pods: [pod],
    pod,
    message,
    effect: citeUnplaced(one),
    strength: chosen.strength - (chosen.decision.sufficient ? 0 : 0.1),
    since:
      parseTime(condition?.lastTransitionTime) ?? parseTime(pod.metadata.creationTimestamp) ?? one.event?.first ?? null,
  };
}

// The scheduler's word stands above our own evaluation when they differ: it saw every Pod, we may not have.
function choose(
  evaluated: Decision | null,
  message: SchedulerMessage | null,
  pod: PodObject,
): { decision: Decision; strength: number } | null {
  if (evaluated && message && messageAgrees(message, evaluated)) return { decision: evaluated, strength: 0.95 };
  const owner = pod.metadata.ownerReferences?.[0]?.kind ?? undefined;
  const told = message ? decideByMessage(message, pod.spec ?? {}, owner) : null;
  if (told) return { decision: told, strength: told.kind === 'cordoned' ? 0.75 : 0.85 };
  return evaluated ? { decision: evaluated, strength: message ? 0.7 : 0.8 } : null;
}

function isWaiting(pod: PodObject): boolean {
  const phase = pod.status?.phase ?? 'Pending';
  return (
    phase === 'Pending' &&
    !pod.spec?.nodeName &&
    !pod.metadata.deletionTimestamp &&
    (pod.spec?.schedulingGates ?? []).length === 0
  );
}

function scheduledCondition(pod: PodObject) {
  return (pod.status?.conditions ?? []).find(({ type }) => type === 'PodScheduled');
}
