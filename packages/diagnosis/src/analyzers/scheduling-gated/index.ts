import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from '../_shared/freshness.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { PodObject } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const DEFAULT = 'default-scheduler';
// A gate's owner or a second scheduler needs a moment; only what lasts is a fault.
const PATIENCE = 2 * MINUTE;

/** Pods that no scheduler looks at: gated, or addressed to a scheduler that is not there. */
export const analyzer: Analyzer = {
  name: 'scheduling-gated',
  codes: {
    'scheduling/gated': 'Pods wait behind a scheduling gate that nobody removes.',
    'scheduling/unknown-scheduler': 'Pods name a scheduler that handles no Pod.',
  },
  reads: ['Pod', 'Event'],
  analyze: (snapshot) => {
    const waiting = unsettledPods(snapshot)
      .filter((pod) => isWaiting(snapshot, pod))
      .map((pod) => ({ pod }));
    if (waiting.length === 0) return [];
    const gated = waiting.filter(({ pod }) => (pod.spec?.schedulingGates ?? []).length > 0);
    const used = usedSchedulers(snapshot);
    const unknown = waiting.filter(({ pod }) => isUnhandled(snapshot, pod, used));
    return [
      ...groupByRoot(snapshot, gated).map((group) => reportGate(snapshot, group)),
      ...groupByRoot(snapshot, unknown).map((group) => reportScheduler(snapshot, group, used)),
    ];
  },
};

function isWaiting(snapshot: Snapshot, pod: PodObject): boolean {
  if ((pod.status?.phase ?? 'Pending') !== 'Pending' || pod.spec?.nodeName || pod.metadata.deletionTimestamp)
    return false;
  return (ageOf(snapshot, pod.metadata.creationTimestamp) ?? PATIENCE) >= PATIENCE;
}

/** Schedulers that have placed a Pod or written an event about one. */
function usedSchedulers(snapshot: Snapshot): ReadonlySet<string> {
  const used = new Set<string>([DEFAULT]);
  for (const pod of snapshot.objects.list('Pod'))
    if (pod.spec?.nodeName && pod.spec.schedulerName) used.add(pod.spec.schedulerName);
  for (const reason of ['Scheduled', 'FailedScheduling'])
    for (const { component } of snapshot.events.withReason(reason)) used.add(component);
  return used;
}

function isUnhandled(snapshot: Snapshot, pod: PodObject, used: ReadonlySet<string>): boolean {
  const name = pod.spec?.schedulerName;
  if (!name || used.has(name) || (pod.spec?.schedulingGates ?? []).length > 0) return false;
  const touched = (pod.status?.conditions ?? []).some(({ type }) => type === 'PodScheduled');
  return !touched && snapshot.events.of(subjectOf(pod), 'FailedScheduling').length === 0;
}

type Group = PodGroup<{ readonly pod: PodObject }>;

function reportGate(snapshot: Snapshot, group: Group): Finding {
  const { pod } = group.entries[0];
  const gates = (pod.spec?.schedulingGates ?? []).flatMap(({ name }) => (name ? [`\`${name}\``] : []));
  const condition = (pod.status?.conditions ?? []).some(({ type }) => type === 'PodScheduled')
    ? [citeField(pod, 'status.conditions[type=PodScheduled].reason')]
    : [];
  return {
    ...common(group),
    code: 'scheduling/gated',
    strength: 0.9,
    statement: `The Pods of ${formatSubject(group.subject)} stay Pending behind the scheduling gate ${gates.join(', ')}, which its controller has not removed`,
    evidence: [
      citePodSpec(snapshot, pod, 'spec.schedulingGates'),
      citeField(pod, 'spec.schedulingGates'),
      ...condition,
      citeField(pod, 'status.phase'),
    ],
    remediation: [
      edit('patch-scheduling', 'R2', 'Repair the controller that owns the gate, or remove the gate from the template', [
        'Nothing needs to be ready before the Pods start',
      ]),
    ],
  };
}

function reportScheduler(snapshot: Snapshot, group: Group, used: ReadonlySet<string>): Finding {
  const { pod } = group.entries[0];
  const name = pod.spec?.schedulerName ?? '';
  const near = nearMiss(name, used);
  const example = near
    ? snapshot.objects.list('Pod').find(({ spec }) => spec?.schedulerName === near && spec.nodeName)
    : undefined;
  return {
    ...common(group),
    code: 'scheduling/unknown-scheduler',
    strength: 0.85,
    statement: `The Pods of ${formatSubject(group.subject)} stay Pending because they ask for the scheduler \`${name}\`, which has handled no Pod here${example ? `; \`${near}\` has` : ''}`,
    evidence: [
      citePodSpec(snapshot, pod, 'spec.schedulerName'),
      citeField(pod, 'spec.nodeName'),
      citeField(pod, 'status.conditions[type=PodScheduled]'),
      ...(example ? [citeField(example, 'spec.schedulerName')] : []),
    ],
    remediation: [
      edit('patch-scheduling', 'R1', 'Remove `schedulerName` or name a scheduler that runs'),
      ...rollback(group.subject, 'R1'),
    ],
  };
}

function common(group: Group): Pick<Finding, 'subject' | 'category' | 'role' | 'layer' | 'affects' | 'since'> {
  const { pod } = group.entries[0];
  return {
    subject: group.subject,
    category: 'scheduling-gated',
    role: 'cause',
    layer: 'state',
    affects: podSubjects(group, 5),
    since: parseTime(pod.metadata.creationTimestamp),
  };
}
