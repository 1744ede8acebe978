import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isGone } from './pods.ts';
import { unsettledWorkloads } from './unsettled-workloads.ts';
import { rootOf } from './workloads.ts';

/** A controller that has fewer Pods than it wants now because the API server refused to create more. */
export interface RefusedCreate {
  readonly controller: KubeObject;
  readonly root: Subject;
  /** The API server's words. */
  readonly message: string;
  /** The words, and the counts that show they still hold. */
  readonly evidence: readonly Evidence[];
  readonly since: Millis | null;
}

/** Every controller whose Pods are refused at this moment; refusals that were overcome since are left out. */
export const refusedCreates = perSnapshot((snapshot): readonly RefusedCreate[] =>
  controllersOf(snapshot).flatMap((controller): RefusedCreate[] => {
    const shortfall = shortfallOf(snapshot, controller);
    const words = shortfall ? refusalOf(snapshot, controller) : null;
    return shortfall && words
      ? [{ controller, root: rootOf(snapshot, controller), ...words, evidence: [...words.evidence, ...shortfall] }]
      : [];
  }),
);

// A Deployment speaks for its ReplicaSets when those were not read.
function controllersOf(snapshot: Snapshot): readonly KubeObject[] {
  const { deployments, replicaSets, statefulSets } = unsettledWorkloads(snapshot);
  const silent = deployments.filter(
    (object) => !snapshot.owners.children(subjectOf(object)).some(({ kind }) => kind === 'ReplicaSet'),
  );
  const { objects } = snapshot;
  return [...replicaSets, ...statefulSets, ...objects.list('DaemonSet'), ...objects.list('Job'), ...silent];
}

/** The refusals of one kind of text, grouped by the top of the owner chain. */
export function refusalsByRoot(
  refused: readonly RefusedCreate[],
): readonly (readonly [RefusedCreate, ...RefusedCreate[]])[] {
  const groups = new Map<string, [RefusedCreate, ...RefusedCreate[]]>();
  for (const one of refused) {
    const key = subjectKey(one.root);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

interface Counts {
  readonly spec?: Readonly<Record<string, unknown>> | null;
  readonly status?: Readonly<Record<string, unknown>> | null;
}

/** The fields that show Pods are missing; null when none are. */
function shortfallOf(snapshot: Snapshot, controller: KubeObject): readonly Evidence[] | null {
  const { spec, status } = controller as KubeObject & Counts;
  const count = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  switch (controller.kind) {
    case 'DaemonSet': {
      const [wanted, current] = [
        count(status?.['desiredNumberScheduled']) ?? 0,
        count(status?.['currentNumberScheduled']) ?? 0,
      ];
      return current < wanted
        ? [
            citeField(controller, 'status.desiredNumberScheduled'),
            citeField(controller, 'status.currentNumberScheduled'),
          ]
        : null;
    }
    case 'Job': {
      const done = status?.['completionTime'] || spec?.['suspend'] === true || hasEnded(status);
      return !done &&
        !count(status?.['active']) &&
        (count(status?.['succeeded']) ?? 0) < (count(spec?.['completions']) ?? 1)
        ? [citeField(controller, 'status.active')]
        : null;
    }
    case 'Deployment': {
      // Pods of the template before may still run while those of the new one are refused.
      const updated = count(status?.['updatedReplicas']) ?? 0;
      return updated < (count(spec?.['replicas']) ?? 1)
        ? [citeField(controller, 'spec.replicas'), citeField(controller, 'status.updatedReplicas')]
        : null;
    }
    default: {
      const wanted = count(spec?.['replicas']) ?? (controller.kind === 'StatefulSet' ? 1 : 0);
      const existing = count(status?.['replicas']) ?? livingChildren(snapshot, controller);
      return existing < wanted
        ? [citeField(controller, 'spec.replicas'), citeField(controller, 'status.replicas')]
        : null;
    }
  }
}

function livingChildren(snapshot: Snapshot, controller: KubeObject): number {
  return snapshot.owners.pods(subjectOf(controller)).filter((pod) => !isGone(pod)).length;
}

function hasEnded(status: Counts['status']): boolean {
  const conditions = Array.isArray(status?.['conditions'])
    ? (status['conditions'] as readonly { type?: unknown; status?: unknown }[])
    : [];
  return conditions.some(({ type, status: value }) => (type === 'Failed' || type === 'Complete') && value === 'True');
}

/** What the API server said last: the event, else the ReplicaFailure condition of the controller or of its owner. */
function refusalOf(
  snapshot: Snapshot,
  controller: KubeObject,
): Pick<RefusedCreate, 'message' | 'evidence' | 'since'> | null {
  const event =
    lastEvent(snapshot, controller, ({ reason }) => reason === 'FailedCreate') ?? replicaSetEvent(snapshot, controller);
  if (event) return { message: event.message, evidence: [citeEvent(event)], since: event.first };
  for (const object of [controller, snapshot.objects.find(rootOf(snapshot, controller))]) {
    const conditions = (
      object as
        | {
            status?: {
              conditions?: readonly { type?: string; status?: string; message?: string; lastTransitionTime?: string }[];
            };
          }
        | undefined
    )?.status?.conditions;
    const failure = (conditions ?? []).find(({ type, status }) => type === 'ReplicaFailure' && status !== 'False');
    if (object && failure?.message) {
      return {
        message: failure.message,
        evidence: [citeField(object, 'status.conditions[type=ReplicaFailure].message')],
        since: parseTime(failure.lastTransitionTime),
      };
    }
  }
  return null;
}

// The event names the ReplicaSet, which bears its Deployment's name and a hash.
function replicaSetEvent(snapshot: Snapshot, { kind, metadata }: KubeObject): EventRecord | undefined {
  if (kind !== 'Deployment') return undefined;
  return snapshot.events
    .withReason('FailedCreate')
    .findLast(
      ({ subject, stale }) =>
        !stale &&
        subject.kind === 'ReplicaSet' &&
        subject.namespace === metadata.namespace &&
        subject.name.replace(/-[a-z0-9]+$/, '') === metadata.name,
    );
}
