import { formatSubject } from '@headwater/core/subject.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from '../_shared/freshness.ts';
import { isGone, isReady, type PodObject } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { unsettledWorkloads } from '../_shared/unsettled-workloads.ts';

const DEADLINE = 'rollout/deadline-exceeded';
const PAUSED = 'rollout/paused';
const ORDERED = 'rollout/blocked-by-pod';
const DAEMON = 'rollout/daemon-incomplete';

/** Rollouts that do not come to an end. What keeps the new Pods from getting ready is a finer finding and wins. */
export const analyzer: Analyzer = {
  name: 'rollout-stuck',
  codes: {
    [DEADLINE]: 'A rollout of a Deployment has exceeded its progress deadline.',
    [PAUSED]: 'A rollout of a Deployment is paused half-way.',
    [ORDERED]: 'A StatefulSet waits for one Pod before it goes on.',
    [DAEMON]: 'A rollout of a DaemonSet does not reach every node.',
  },
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'],
  analyze(snapshot) {
    const { deployments, statefulSets } = unsettledWorkloads(snapshot);
    return [
      ...deployments.flatMap((object) => deadline(snapshot, object) ?? paused(object) ?? []),
      ...statefulSets.flatMap((object) => ordered(snapshot, object) ?? []),
      ...snapshot.objects.list('DaemonSet').flatMap((object) => daemon(snapshot, object) ?? []),
    ];
  },
};

function deadline(snapshot: Snapshot, object: ObjectOf<'Deployment'>): Finding | null {
  const progressing = object.status?.conditions?.find(({ type }) => type === 'Progressing');
  const missing =
    (object.status?.unavailableReplicas ?? 0) > 0 ||
    (object.status?.updatedReplicas ?? 0) < (object.spec?.replicas ?? 1);
  if (progressing?.status !== 'False' || progressing.reason !== 'ProgressDeadlineExceeded' || !missing) return null;
  const subject = subjectOf(object);
  const change = suspectChange(snapshot, subject, /^spec\.template/, parseTime(progressing.lastTransitionTime));
  return {
    code: DEADLINE,
    subject,
    category: 'rollout-stuck',
    role: 'cause',
    layer: 'state',
    strength: 0.52,
    statement: `The rollout of ${formatSubject(subject)} has exceeded its progress deadline (\`ProgressDeadlineExceeded\`)${change ? '; its last revision changed the template' : ''}`,
    evidence: [
      citeField(object, 'status.conditions[type=Progressing].reason'),
      citeField(object, 'status.unavailableReplicas'),
      ...(change ? [change.evidence] : []),
    ],
    since: parseTime(progressing.lastTransitionTime),
    ...(change ? { change: change.change.id } : {}),
    remediation: rollback(subject, 'R1'),
  };
}

function paused(object: ObjectOf<'Deployment'>): Finding | null {
  const { replicas, paused: isPaused } = object.spec ?? {};
  const updated = object.status?.updatedReplicas;
  // A paused Deployment whose Pods are all of the new template waits for nobody.
  if (!isPaused || replicas == null || updated == null || updated >= replicas) return null;
  const subject = subjectOf(object);
  return {
    code: PAUSED,
    subject,
    category: 'rollout-stuck',
    role: 'cause',
    layer: 'state',
    strength: 0.62,
    statement: `The rollout of ${formatSubject(subject)} is paused with ${updated} of ${replicas} Pods on the new template`,
    evidence: [
      citeField(object, 'spec.paused'),
      citeField(object, 'spec.replicas'),
      citeField(object, 'status.updatedReplicas'),
    ],
    remediation: [edit('resume-rollout', 'R2', `Resume or undo the rollout of ${formatSubject(subject)}`)],
  };
}

// A Pod needs some minutes to pull and to start; after that it blocks.
const GRACE = 10 * MINUTE;

function blocker(snapshot: Snapshot, pods: readonly PodObject[]): PodObject | undefined {
  return pods.find(
    (pod) => !isGone(pod) && !isReady(pod) && (ageOf(snapshot, pod.metadata.creationTimestamp) ?? 0) > GRACE,
  );
}

function ordered(snapshot: Snapshot, object: ObjectOf<'StatefulSet'>): Finding | null {
  const { replicas, podManagementPolicy, updateStrategy } = object.spec ?? {};
  const wanted = replicas ?? 1;
  const { currentRevision, updateRevision, updatedReplicas, replicas: created } = object.status ?? {};
  const updating = Boolean(
    currentRevision &&
      updateRevision &&
      currentRevision !== updateRevision &&
      (updatedReplicas ?? 0) < wanted &&
      updateStrategy?.type !== 'OnDelete',
  );
  const growing = podManagementPolicy !== 'Parallel' && typeof created === 'number' && created < wanted;
  const pod = updating || growing ? blocker(snapshot, snapshot.owners.pods(subjectOf(object))) : undefined;
  if (!pod) return null;
  const subject = subjectOf(object);
  return {
    code: ORDERED,
    subject,
    category: 'rollout-stuck',
    role: 'cause',
    layer: 'state',
    strength: 0.55,
    statement: `${formatSubject(subject)} does not go on ${updating ? 'with its update' : 'creating Pods'} because ${formatSubject(subjectOf(pod))} is not Ready`,
    evidence: [
      citeField(object, updating ? 'status.updateRevision' : 'status.replicas'),
      citeField(pod, 'status.conditions[type=Ready].status'),
    ],
    aliases: [subjectOf(pod)],
    remediation: [
      ...rollback(subject),
      {
        action: 'none',
        risk: 'R0',
        statement: `Find why ${formatSubject(subjectOf(pod))} does not get Ready`,
        preconditions: [],
        undo: 'None needed',
      },
    ],
  };
}

function daemon(snapshot: Snapshot, object: ObjectOf<'DaemonSet'>): Finding | null {
  const {
    updatedNumberScheduled: updated,
    desiredNumberScheduled: desired,
    numberUnavailable: unavailable,
  } = object.status ?? {};
  if (
    updated == null ||
    desired == null ||
    updated >= desired ||
    (unavailable ?? 0) === 0 ||
    object.spec?.updateStrategy?.type === 'OnDelete'
  )
    return null;
  const pod = blocker(snapshot, snapshot.owners.pods(subjectOf(object)));
  if (!pod || readField(object, 'metadata.deletionTimestamp')) return null;
  const subject = subjectOf(object);
  return {
    code: DAEMON,
    subject,
    category: 'rollout-stuck',
    role: 'cause',
    layer: 'state',
    strength: 0.52,
    statement: `The rollout of ${formatSubject(subject)} has reached ${updated} of ${desired} nodes and waits for ${formatSubject(subjectOf(pod))}`,
    evidence: [
      citeField(object, 'status.updatedNumberScheduled'),
      citeField(object, 'status.desiredNumberScheduled'),
      citeField(pod, 'status.conditions[type=Ready].status'),
    ],
    aliases: [subjectOf(pod)],
    remediation: rollback(subject),
  };
}
