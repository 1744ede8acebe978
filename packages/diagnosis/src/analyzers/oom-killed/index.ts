import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding, RuledOutFact } from '../../finding.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Death, isOngoing, isSuperseded, lastDeath } from '../_shared/container-death.ts';
import { isOnDownNode, nodeCondition } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { previousRevision } from '../_shared/previous-revision.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { templateOf, templatePath } from '../_shared/workloads.ts';

const CODE = 'container/oom-killed';

/** Containers that the kernel keeps killing for exceeding their own memory limit. */
export const analyzer: Analyzer = {
  name: 'oom-killed',
  codes: { [CODE]: 'A container is killed by the kernel for exceeding its memory limit, now or again and again.' },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet', 'Node'],
  analyze(snapshot) {
    const victims = unsettledPods(snapshot).flatMap((pod) => victimsOf(snapshot, pod));
    return groupByRoot(snapshot, victims, ({ view }) => view.name).map((group) => report(snapshot, group));
  },
};

interface Victim {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly death: Death;
}

function victimsOf(snapshot: Snapshot, pod: PodObject): Victim[] {
  if (isGone(pod) || isOnDownNode(snapshot, pod) || isSuperseded(snapshot, pod)) return [];
  return containersOf(pod).flatMap((view) => {
    const death = lastDeath(view);
    return death?.how.reason === 'OOMKilled' && isOngoing(snapshot, view, death) ? [{ pod, view, death }] : [];
  });
}

function report(snapshot: Snapshot, group: PodGroup<Victim>): Finding {
  const { subject } = group;
  const [{ pod, view, death }] = group.entries;
  const limit = view.spec?.resources?.limits?.['memory'];
  const path = `${view.specPath}.resources.limits.memory`;
  const restarts = view.status?.restartCount ?? 0;
  const bounds =
    limit === undefined
      ? 'although it has no memory limit of its own'
      : `for exceeding its memory limit of \`${limit}\``;
  const change = formerLimit(snapshot, group);
  return {
    code: CODE,
    subject,
    category: 'oom-killed',
    // Whoever lowered the limit at admission is at fault, and another analyzer names it.
    role: change.foreign ? 'symptom' : 'cause',
    layer: 'state',
    strength: limit === undefined ? 0.75 : change.foreign ? 0.85 : 0.95,
    statement: `Container \`${view.name}\` of ${formatSubject(subject)} is killed ${bounds} (\`OOMKilled\`${exitText(death)}${restarts > 0 ? `, restarted ${restarts} times` : ''})${change.text}`,
    evidence: [
      citeField(pod, death.path),
      ...(restarts > 0 ? [citeField(pod, `${view.statusPath}.restartCount`)] : []),
      citePodSpec(snapshot, pod, path),
      ...change.evidence,
      ...usage(snapshot, pod),
    ],
    aliases: podSubjects(group),
    since: death.at,
    ruledOut: nodeHasRoom(snapshot, pod),
    remediation: [
      ...(change.lowered ? rollback(subject, 'R1') : []),
      edit('patch-resources', 'R2', `Raise the memory limit of container ${view.name} of ${formatSubject(subject)}`, [
        'The namespace quota and the Node have room for it',
        'The memory does not grow without bound: else a higher limit only delays the kill',
      ]),
    ],
  };
}

function usage(snapshot: Snapshot, pod: PodObject): Evidence[] {
  const signal = signalsOf(snapshot).of('memory', subjectOf(pod));
  return signal ? [citeSignal(signal)] : [];
}

function exitText({ how }: Death): string {
  return typeof how.exitCode === 'number' ? `, exit code ${how.exitCode}` : '';
}

interface FormerLimit {
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly lowered: boolean;
  /** The limit is not the template's: somebody else set it. */
  readonly foreign: boolean;
}

// A limit that is not the template's, or lower than one revision ago, says where the fault came from.
function formerLimit(snapshot: Snapshot, { subject, entries }: PodGroup<Victim>): FormerLimit {
  const { pod, view } = entries[0];
  const live = parseQuantity(view.spec?.resources?.limits?.['memory']);
  const inPod = `${view.specPath}.resources.limits.memory`;
  // The direct owner made the Pod; the template above it may have been edited since.
  const parent = snapshot.owners.parent(pod);
  const owner = parent && snapshot.objects.find(parent);
  const wanted = owner && templateOf(owner) ? readField(owner, `${templatePath(owner)}.${inPod}`) : undefined;
  if (owner && live !== null && isQuantity(wanted) && parseQuantity(wanted) !== live) {
    return {
      text: `; its template says \`${String(wanted)}\``,
      evidence: [citeField(owner, `${templatePath(owner)}.${inPod}`)],
      lowered: false,
      foreign: true,
    };
  }
  const previous = previousRevision(snapshot, subject);
  const value = previous ? readField(previous, `spec.template.${inPod}`) : undefined;
  const former = isQuantity(value) ? value : null;
  const formerBytes = parseQuantity(former);
  if (!previous || live === null || formerBytes === null || formerBytes <= live)
    return { text: '', evidence: [], lowered: false, foreign: false };
  return {
    text: `; the revision before had \`${String(former)}\``,
    evidence: [citeField(previous, `spec.template.${inPod}`)],
    lowered: true,
    foreign: false,
  };
}

function isQuantity(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function nodeHasRoom(snapshot: Snapshot, pod: PodObject): RuledOutFact[] {
  const node = snapshot.objects.get('Node', null, pod.spec?.nodeName ?? '');
  if (!node || nodeCondition(node, 'MemoryPressure')?.status !== 'False') return [];
  return [
    {
      subject: { kind: 'Node', name: node.metadata.name },
      category: 'node-memory-pressure',
      statement: `Node ${node.metadata.name} is not short of memory: its MemoryPressure condition is \`False\``,
      evidence: [citeField(node, 'status.conditions[type=MemoryPressure].status')],
    },
  ];
}
