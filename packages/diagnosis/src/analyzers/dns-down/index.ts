import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeField, citeSelection } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ClusterService } from '../../topology/cluster-services.ts';
import { citeLastWords } from '../_shared/last-words.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { rollback } from '../_shared/remedies.ts';
import { type FailedLookups, unansweredLookups } from '../_shared/unanswered-lookups.ts';

/** Cluster DNS without a working Pod, or with too few while lookups fail. */
export const analyzer: Analyzer = {
  name: 'dns-down',
  codes: {
    'dns/down': 'No Pod of cluster DNS is Ready.',
    'dns/degraded': 'Some Pods of cluster DNS are not Ready while lookups get no answer.',
    'dns/not-selected': 'The Service of cluster DNS does not select its Pods.',
    'dns/unanswered': 'Cluster DNS looks healthy, but lookups of several workloads get no answer.',
  },
  reads: ['Deployment', 'DaemonSet', 'Pod', 'Service', 'logs'],
  analyze(snapshot) {
    const failed = unansweredLookups(snapshot);
    return snapshot.topology.clusterServices.ofRole('dns').flatMap((service) => judge(snapshot, service, failed));
  },
};

function judge(snapshot: Snapshot, service: ClusterService, failed: FailedLookups): Finding[] {
  const { subject, template } = service;
  if (template.object.kind === 'Pod' || !snapshot.objects.knows('Pod', template.namespace)) return [];
  const pods = snapshot.topology.pods.ofComponent(subject);
  const ready = pods.filter(isReady);
  if (ready.length === 0) return [down(snapshot, { service, pods, failed })];
  if (ready.length < pods.length && failed.callers.length >= 2) return [degraded(service, { pods, ready, failed })];
  return [
    ...notSelected(snapshot, { service, ready, failed }),
    ...unanswered(snapshot, { service, ready, failed }),
  ].slice(0, 1);
}

function down(
  snapshot: Snapshot,
  { service, pods, failed }: { service: ClusterService; pods: readonly PodObject[]; failed: FailedLookups },
): Finding {
  const { subject, template } = service;
  // Counts need not stand in the evidence: a workload may want more or fewer Pods than there are.
  const state = pods.length === 0 ? 'has no Pods' : 'has Pods, none of them Ready';
  return {
    ...base(service, failed),
    code: 'dns/down',
    strength: 0.95,
    statement: `Cluster DNS is down: ${formatSubject(subject)} ${state}${suffering(failed)}`,
    evidence: [
      citeField(template.object, 'spec.replicas'),
      ...(Object.keys(template.labels).length > 0
        ? [citeSelection(snapshot, 'Pod', template.namespace, { matchLabels: template.labels })]
        : []),
      ...pods.slice(0, 2).map((pod) => citeField(pod, 'status.conditions[type=Ready].status')),
      ...pods.slice(0, 1).flatMap((pod) => lastWordsOf(snapshot, pod)),
      ...examples(failed),
    ],
  };
}

/** What the first container of a Pod that is down has said last. */
function lastWordsOf(snapshot: Snapshot, pod: PodObject): readonly Evidence[] {
  const [status] = pod.status?.containerStatuses ?? [];
  return status && (status.restartCount ?? 0) > 0 ? citeLastWords(snapshot, pod, status.name) : [];
}

function degraded(
  service: ClusterService,
  { pods, ready, failed }: { pods: readonly PodObject[]; ready: readonly PodObject[]; failed: FailedLookups },
): Finding {
  const unready = pods.filter((pod) => !ready.includes(pod));
  return {
    ...base(service, failed),
    code: 'dns/degraded',
    strength: 0.7,
    statement: `Cluster DNS is degraded: ${unready
      .map((pod) => formatSubject(subjectOf(pod)))
      .slice(0, 3)
      .join(
        ', ',
      )} of ${formatSubject(service.subject)} ${unready.length === 1 ? 'is' : 'are'} not Ready${suffering(failed)}`,
    evidence: [
      ...unready.slice(0, 3).map((pod) => citeField(pod, 'status.conditions[type=Ready].status')),
      ...examples(failed),
    ],
  };
}

function notSelected(
  snapshot: Snapshot,
  { service, ready, failed }: { service: ClusterService; ready: readonly PodObject[]; failed: FailedLookups },
): Finding[] {
  const front = snapshot.objects
    .list('Service', service.template.namespace)
    .find(({ metadata }) => metadata.name === 'kube-dns' || metadata.labels?.['k8s-app'] === 'kube-dns');
  const matchLabels = front?.spec?.selector ?? {};
  const [pod] = ready;
  if (!front || !pod || Object.keys(matchLabels).length === 0) return [];
  if (snapshot.topology.pods.match(service.template.namespace, { matchLabels }).length > 0) return [];
  return [
    {
      ...base(service, failed),
      subject: subjectOf(front),
      code: 'dns/not-selected',
      strength: 0.95,
      statement: `${formatSubject(subjectOf(front))} selects no Pod, while ${formatSubject(service.subject)} is Ready: nobody answers lookups`,
      evidence: [
        citeField(front, 'spec.selector'),
        citeField(pod, 'metadata.labels'),
        citeField(pod, 'status.conditions[type=Ready].status'),
        ...examples(failed),
      ],
      aliases: [service.subject],
    },
  ];
}

// Two workloads may share an egress policy or a Node; from three namespaces on it is hardly anything else than DNS.
const MIN_CALLERS = 3;

function unanswered(
  snapshot: Snapshot,
  { service, ready, failed }: { service: ClusterService; ready: readonly PodObject[]; failed: FailedLookups },
): Finding[] {
  const namespaces = new Set(failed.callers.map(({ namespace }) => namespace));
  const [pod] = ready;
  if (failed.callers.length < MIN_CALLERS || namespaces.size < 2 || !pod) return [];
  if (snapshot.objects.list('NetworkPolicy').length > 0) return [];
  return [
    {
      ...base(service, failed),
      code: 'dns/unanswered',
      strength: 0.5,
      statement: `${formatSubject(service.subject)} is Ready, but lookups of ${failed.callers.slice(0, 3).map(formatSubject).join(', ')} get no answer`,
      evidence: [citeField(pod, 'status.conditions[type=Ready].status'), ...examples(failed, 3)],
    },
  ];
}

function base(
  { subject }: ClusterService,
  failed: FailedLookups,
): Pick<Finding, 'subject' | 'category' | 'role' | 'layer' | 'affects' | 'remediation'> {
  return {
    subject,
    category: 'dns-down',
    role: 'cause',
    layer: 'control-plane',
    affects: failed.callers,
    remediation: [
      {
        action: 'restart',
        risk: 'R3',
        statement: `Restart ${formatSubject(subject)} once its own fault is mended`,
        preconditions: ['Its configuration is valid'],
        undo: 'None needed',
      },
      ...rollback(subject, 'R3'),
    ],
  };
}

function suffering({ callers }: FailedLookups): string {
  return callers.length === 0
    ? ''
    : `, and lookups of ${callers
        .slice(0, 2)
        .map((caller: Subject) => formatSubject(caller))
        .join(', ')} get no answer`;
}

function examples({ examples: found }: FailedLookups, limit = 2) {
  return found.slice(0, limit).flatMap(({ hit }) => citeHit(hit).slice(0, 1));
}
