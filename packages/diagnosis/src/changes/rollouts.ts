import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { compareText } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import { subjectOf } from '../snapshot/objects.ts';
import { perObject } from '../snapshot/per-object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Change, makeChange } from './change.ts';
import { diffFields } from './diff.ts';
import { signed } from './actors.ts';
import { writersOf } from './managers.ts';
import { redactDiff } from './redact.ts';

/** One stored version of a workload's template. */
interface Revision {
  readonly object: KubeObject;
  readonly number: number;
  readonly created: Millis;
  readonly template: unknown;
  readonly cause: string | undefined;
}

// Older revisions are history, not the change an incident began with.
const MAX_PAIRS = 4;
const REVISION = 'deployment.kubernetes.io/revision';
const CAUSE = 'kubernetes.io/change-cause';
// A rollout's writer and its ReplicaSet are seconds apart.
const WRITER_SLACK = 2 * MINUTE;

/** Rollouts of Deployments (by their ReplicaSets) and of StatefulSets and DaemonSets (by their ControllerRevisions). */
export function rolloutChanges(snapshot: Snapshot): Change[] {
  const owners = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).flatMap((kind): readonly KubeObject[] =>
    snapshot.objects.list(kind),
  );
  return owners.flatMap((owner) => rolloutsOf(snapshot, owner));
}

function rolloutsOf(snapshot: Snapshot, owner: KubeObject): Change[] {
  const revised = snapshot.owners.children(subjectOf(owner));
  // Most workloads have one revision, which is no change.
  if (revised.length < 2) return [];
  const revisions = revised
    .flatMap((child) => revisionOf(child) ?? [])
    .sort(
      (left, right) =>
        left.number - right.number ||
        left.created - right.created ||
        compareText(left.object.metadata.name, right.object.metadata.name),
    );
  return revisions
    .slice(1)
    .map((next, index) => ({ next, previous: revisions[index] }))
    .slice(-MAX_PAIRS)
    .flatMap(({ next, previous }) => (previous ? (rollout(snapshot, { owner, previous, next }) ?? []) : []));
}

function revisionOf(object: KubeObject): Revision | null {
  const created = parseTime(object.metadata.creationTimestamp);
  if (created === null) return null;
  const annotations = object.metadata.annotations ?? {};
  if (object.kind === 'ReplicaSet') {
    const { spec } = object as ObjectOf<'ReplicaSet'>;
    const number = Number(annotations[REVISION] ?? 0);
    return { object, created, number, template: spec?.template, cause: annotations[CAUSE] };
  }
  if (object.kind !== 'ControllerRevision') return null;
  const { revision, data } = object as { revision?: unknown; data?: { spec?: { template?: unknown } } };
  return { object, created, number: Number(revision ?? 0), template: data?.spec?.template, cause: annotations[CAUSE] };
}

interface Step {
  readonly owner: KubeObject;
  readonly previous: Revision;
  readonly next: Revision;
}

function rollout(snapshot: Snapshot, step: Step): Change | null {
  const { owner, previous, next } = step;
  const time = next.created < previous.created ? rollbackTime(snapshot, step) : next.created;
  const known = told(owner);
  const before = known.get(next.object);
  if (before && before.previous === previous.object && before.time === time) return before.change;
  const change = rolloutAt(step, time);
  known.set(next.object, { previous: previous.object, time, change });
  return change;
}

interface Told {
  readonly previous: KubeObject;
  readonly time: Millis | null;
  readonly change: Change | null;
}

// What three objects say about a step at a time, they say of every snapshot they are in.
const told = perObject((_owner: KubeObject) => new WeakMap<KubeObject, Told>());

function rolloutAt({ owner, previous, next }: Step, time: Millis | null): Change | null {
  const isRollback = next.created < previous.created;
  if (time === null) return null;
  const diff = diffFields(previous.template, next.template, 'spec.template', isBookkeeping);
  if (diff.length === 0) return null;
  const number = next.number > 0 ? ` revision ${next.number}` : '';
  const cause = next.cause ? ` (${next.cause})` : '';
  const writer = writersOf(owner).find((entry) => Math.abs(entry.time - time) <= WRITER_SLACK);
  return makeChange({
    time,
    source: 'rollout',
    subject: subjectOf(owner),
    title: `${isRollback ? 'Rollback to' : 'Rollout of'}${number || ' a new template'}${cause}`,
    diff: redactDiff(owner.kind, diff),
    ...signed(owner, writer?.manager),
  });
}

// A rollback reuses the old ReplicaSet, so its creation is not the time; the scale-up event or the writer of the owner is.
function rollbackTime(snapshot: Snapshot, { owner, previous, next }: Step): Millis | null {
  const scaled = snapshot.events
    .of(subjectOf(owner), 'ScalingReplicaSet')
    .findLast(({ message }) => message.startsWith('Scaled up') && message.includes(next.object.metadata.name));
  return scaled?.last ?? writersOf(owner).find(({ time }) => time > previous.created)?.time ?? null;
}

function isBookkeeping(path: string): boolean {
  return /metadata\.labels(\['pod-template-hash'\]|\.(pod-template-hash|controller-revision-hash|pod-template-generation))$|metadata\.creationTimestamp$/.test(
    path,
  );
}
