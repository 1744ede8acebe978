import { formatSubject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeElection, controlPlanePart } from '../_shared/control-plane.ts';
import { ageOf } from '../_shared/freshness.ts';
import { groupByRoot } from '../_shared/pod-groups.ts';
import { isGone, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const DEFAULT_SCHEDULER = 'default-scheduler';
// A scheduler that runs looks at a new Pod within a second or two.
const PATIENCE = MINUTE / 2;

/** Pods no scheduler has looked at: neither placed nor refused. */
export const analyzer: Analyzer = {
  name: 'scheduler-down',
  codes: {
    'control-plane/scheduler-down': 'Pending Pods are neither placed nor refused: the scheduler does not run.',
  },
  reads: ['Pod', 'Event', 'Lease', 'Node'],
  analyze(snapshot) {
    const ignored = unsettledPods(snapshot).filter((pod) => isIgnored(snapshot, pod));
    return judge(snapshot, ignored);
  },
};

function isIgnored(snapshot: Snapshot, pod: PodObject): boolean {
  if (isGone(pod) || pod.status?.phase !== 'Pending' || pod.spec?.nodeName || pod.spec?.schedulingGates?.length)
    return false;
  // A Pod that asks for another scheduler says nothing about this one.
  if ((pod.spec?.schedulerName ?? DEFAULT_SCHEDULER) !== DEFAULT_SCHEDULER) return false;
  if (pod.status.conditions?.some(({ type }) => type === 'PodScheduled')) return false;
  if (isWithKubelet(pod)) return false;
  const age = ageOf(snapshot, pod.metadata.creationTimestamp);
  if (age !== null && age < PATIENCE) return false;
  return snapshot.events.of(subjectOf(pod)).every(({ stale }) => stale);
}

// Only a kubelet writes these: the Pod has a Node, whether or not the snapshot says which.
function isWithKubelet({ status }: PodObject): boolean {
  const containers = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return containers.length > 0 || Boolean(status?.startTime ?? status?.hostIP ?? status?.podIP);
}

function judge(snapshot: Snapshot, pods: readonly PodObject[]): Finding[] {
  const [first] = pods;
  if (!first || placesOthers(snapshot, pods)) return [];
  const part = controlPlanePart(snapshot, 'kube-scheduler', 'scheduler');
  // Without events nothing tells a Pod nobody looked at from one whose refusal was not recorded.
  const eventsKnown = snapshot.objects.list('Event').length > 0;
  const strength = part.signs.length > 0 ? 0.95 : eventsKnown ? 0.88 : 0.55;
  const groups = groupByRoot(
    snapshot,
    pods.map((pod) => ({ pod })),
  );
  return [
    {
      code: 'control-plane/scheduler-down',
      subject: part.subject,
      category: 'scheduler-down',
      role: 'cause',
      layer: 'control-plane',
      strength,
      statement: `The scheduler does not work: ${formatSubject(subjectOf(first))} is pending, bound to no Node, and was neither placed nor refused`,
      evidence: [
        ...pods.slice(0, 2).flatMap(citeUntouched),
        ...part.signs,
        ...(part.signs.length === 0 ? citeElection(snapshot, 'kube-scheduler') : []),
      ],
      aliases: part.aliases,
      affects: groups.slice(0, 50).map(({ subject }) => subject),
      since: parseTime(first.metadata.creationTimestamp),
      ruledOut: [
        {
          category: 'insufficient-cpu',
          statement: 'The Pod was not refused for want of room: it has no PodScheduled condition',
          evidence: [citeField(first, 'status.conditions[type=PodScheduled]')],
        },
      ],
      remediation: [edit('restart-node-service', 'R3', 'Restart the kube-scheduler on the control-plane Node')],
    },
  ];
}

function citeUntouched(pod: PodObject) {
  return [citeField(pod, 'spec.nodeName'), citeField(pod, 'status.conditions[type=PodScheduled]')];
}

// A scheduler that has placed or refused another Pod since is at work.
function placesOthers(snapshot: Snapshot, pods: readonly PodObject[]): boolean {
  const oldest = Math.min(...pods.map((pod) => parseTime(pod.metadata.creationTimestamp) ?? Number.POSITIVE_INFINITY));
  return ['Scheduled', 'FailedScheduling'].some((reason) =>
    snapshot.events.withReason(reason).some(({ last }) => last !== null && last > oldest + PATIENCE),
  );
}
