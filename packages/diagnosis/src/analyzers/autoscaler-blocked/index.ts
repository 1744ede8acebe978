import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeTemplate } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, lastEvent, RECENT } from '../_shared/freshness.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import type { PodObject } from '../_shared/pods.ts';
import { citeUnplaced, type UnplacedPod, unplacedPods } from '../_shared/scheduling.ts';

/** Pods that wait for a Node which the cluster autoscaler may not or cannot add. */
export const analyzer: Analyzer = {
  name: 'autoscaler-blocked',
  codes: { 'autoscaling/nodes-blocked': 'The cluster autoscaler cannot add the Node that Pods wait for.' },
  reads: ['Pod', 'Event', 'logs', 'ConfigMap', 'NodePool', 'MachineSet'],
  analyze: (snapshot) => {
    const blocked = unplacedPods(snapshot).flatMap((one) => {
      const block = blockOf(snapshot, one.pod) ?? loggedBlock(snapshot, one);
      return block ? [{ ...one, block }] : [];
    });
    return groupByRoot(snapshot, blocked, ({ block }) => block.limit).map((group) => report(snapshot, group));
  },
};

interface Block {
  readonly evidence: Evidence;
  readonly since: Millis | null;
  /** The words that name the limit, as they stand in the evidence. */
  readonly limit: string;
}

interface Blocked extends UnplacedPod {
  readonly block: Block;
}

// Limits of the autoscaler and the cloud, not rules of the Pod: those have their own analyzers.
const LIMIT =
  /max node group size reached|max(?:imum)? (?:cluster )?(?:cpu|memory|cores|limit)[\w, ]* (?:limit )?reached|max limit reached|in backoff after failed scale-?up|not ready for scale-?up|quota[\w ]*exceeded|exceeded[\w ]*quota|insufficient (?:instance )?capacity|InsufficientInstanceCapacity|QuotaExceeded|LimitExceeded|would exceed limits?|exceeds? limits? for (?:nodepool|provisioner)|out of (?:stock|resources)/i;
const REASONS = new Set([
  'NotTriggerScaleUp',
  'FailedScaleUp',
  'FailedToScaleUpGroup',
  'ScaleUpFailed',
  'ScaleUpTimedOut',
  'FailedScheduling',
  'FailedLaunch',
  'NodeClaimFailed',
]);

function blockOf(snapshot: Snapshot, pod: PodObject): Block | null {
  const own = lastEvent(
    snapshot,
    pod,
    (event) => REASONS.has(event.reason) && isWithin(snapshot, event.last, RECENT) && LIMIT.test(event.message),
  );
  return own ? { evidence: citeEvent(own), since: own.first, limit: LIMIT.exec(own.message)?.[0] ?? '' } : null;
}

// In its log the autoscaler words a full group otherwise than in its Events.
const LOGGED = new RegExp(`max(?:imum)? size reached|${LIMIT.source}`, 'i');

/** What the autoscaler logs up to now about groups it cannot grow, while Pods wait for want of a resource. */
function loggedBlock(snapshot: Snapshot, { message }: UnplacedPod): Block | null {
  if (!message?.reasons.some(({ kind }) => kind === 'resource' || kind === 'pod-count')) return null;
  return autoscalerLog(snapshot);
}

const autoscalerLog = perSnapshot((snapshot): Block | null => {
  for (const stream of snapshot.logs.all) {
    if (!/cluster-autoscaler|karpenter/.test(`${stream.pod} ${stream.container}`)) continue;
    const template = stream.templates.findLast(
      ({ sample, last }) => LOGGED.test(sample.text) && last.time !== null && isWithin(snapshot, last.time, RECENT),
    );
    const limit = template && LOGGED.exec(template.sample.text)?.[0];
    if (template && limit) return { evidence: citeTemplate(stream, template), since: template.sample.time, limit };
  }
  return null;
});

const GROUP_FAILURES = [
  'FailedScaleUp',
  'FailedToScaleUpGroup',
  'ScaleUpFailed',
  'ScaleUpTimedOut',
  'FailedCreate',
  'FailedLaunch',
];

/** What the autoscaler or the cloud says about a node group, beyond the Pods. */
function groupFailure(snapshot: Snapshot): EventRecord | undefined {
  for (const reason of GROUP_FAILURES) {
    const event = snapshot.events
      .withReason(reason)
      .findLast(
        ({ subject, last, message }) =>
          subject.kind !== 'Pod' &&
          isWithin(snapshot, last, RECENT) &&
          (LIMIT.test(message) || /node ?group|machine|nodeclaim|instance/i.test(subject.kind)),
      );
    if (event && !['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job'].includes(event.subject.kind)) return event;
  }
  return undefined;
}

function report(snapshot: Snapshot, group: PodGroup<Blocked>): Finding {
  const [first] = group.entries;
  const failure = groupFailure(snapshot);
  const owner = nodeGroup(snapshot, failure);
  const evidence: Evidence[] = [first.block.evidence, ...(failure ? [citeEvent(failure)] : []), ...citeUnplaced(first)];
  return {
    code: 'autoscaling/nodes-blocked',
    subject: owner ?? group.subject,
    category: 'autoscaler-blocked',
    role: 'cause',
    // It decides how many Nodes there are, so it comes before any shortage on them.
    layer: 'node',
    strength: 0.95,
    statement: `The Pods of ${formatSubject(group.subject)} wait for a Node that cannot be added: \`${first.block.limit}\``,
    evidence,
    aliases: owner ? [group.subject] : [],
    affects: podSubjects(group, 5),
    since: first.block.since ?? parseTime(first.pod.metadata.creationTimestamp),
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Raise the maximum of the node group or the quota of the cloud account',
        preconditions: ['The cost is accepted'],
        undo: 'Restore the former maximum',
      },
      {
        action: 'patch-resources',
        risk: 'R2',
        statement: 'Lower the requests of the workload',
        preconditions: ['It uses less than it requests'],
        undo: 'Restore the former requests',
      },
    ],
  };
}

const GROUP_KINDS = ['NodePool', 'Provisioner', 'MachineSet', 'MachineDeployment', 'MachinePool', 'NodeGroup'];

/** The object that stands for the node group: the one the failure is about, else the only one there is. */
function nodeGroup(snapshot: Snapshot, failure: EventRecord | undefined): Subject | null {
  if (failure && GROUP_KINDS.includes(failure.subject.kind)) return failure.subject;
  const groups = GROUP_KINDS.flatMap((kind) => snapshot.objects.list(kind));
  const [only] = groups;
  return only && groups.length === 1 ? subjectOf(only) : null;
}
