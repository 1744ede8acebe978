import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type Preemption, preemptions } from '../_shared/preemption.ts';
import { edit } from '../_shared/remedies.ts';
import { citeUnplaced, unplacedPods } from '../_shared/scheduling.ts';

/** Workloads that lost Pods to others of higher priority and cannot place them again. */
export const analyzer: Analyzer = {
  name: 'preempted',
  codes: {
    'scheduling/preempted': 'Pods were removed for a workload of higher priority and their replacements still wait.',
  },
  reads: ['Pod', 'Event', 'PriorityClass'],
  analyze: (snapshot) => preemptions(snapshot).map((preemption) => report(snapshot, preemption)),
};

function report(snapshot: Snapshot, preemption: Preemption): Finding {
  const { victim, preemptor, preemptorPod, waiting, event } = preemption;
  const effect = unplacedPods(snapshot)
    .filter(({ pod }) => pod === waiting)
    .flatMap(citeUnplaced);
  const className = preemptorPod?.spec?.priorityClassName;
  const priorityClass = className ? snapshot.objects.get('PriorityClass', null, className) : undefined;
  const priority = preemptorPod
    ? [
        citePodSpec(snapshot, preemptorPod, 'spec.priorityClassName'),
        citeField(preemptorPod, 'spec.priority'),
        citeField(waiting, 'spec.priority'),
      ]
    : [];
  const because = preemptorPod
    ? `${formatSubject(preemptor)}, whose Pods have priority \`${preemptorPod.spec?.priority ?? '(not set)'}\``
    : 'a Pod of higher priority';
  return {
    code: 'scheduling/preempted',
    subject: preemptor,
    category: 'preempted',
    role: 'cause',
    layer: 'state',
    strength: event ? (preemptorPod ? 0.95 : 0.7) : 0.75,
    statement: `The scheduler removed a Pod of ${formatSubject(victim)} to make room for ${because}; its replacement finds no Node`,
    evidence: [...(event ? [citeEvent(event)] : madeAtOnce(preemption)), ...priority, ...effect],
    affects: [victim, subjectOf(waiting)],
    ...(priorityClass ? { actor: subjectOf(priorityClass), aliases: [subjectOf(priorityClass)] } : {}),
    since: event?.first ?? parseTime(waiting.metadata.creationTimestamp),
    remediation: [
      edit(
        'patch-scheduling',
        'R2',
        `Give ${formatSubject(preemptor)} a lower PriorityClass, or one with \`preemptionPolicy: Never\``,
        ['It may wait for room'],
      ),
      {
        action: 'none',
        risk: 'R3',
        statement: 'Add Nodes so that both fit',
        preconditions: [],
        undo: 'Remove the Nodes',
      },
    ],
  };
}

function madeAtOnce({ preemptorPod, waiting }: Preemption): readonly Evidence[] {
  return [waiting, ...(preemptorPod ? [preemptorPod] : [])].map((pod) => citeField(pod, 'metadata.creationTimestamp'));
}
