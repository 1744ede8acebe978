import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf, RECENT } from '../_shared/freshness.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import type { PodObject } from '../_shared/pods.ts';
import { quote } from '../_shared/quote.ts';
import { edit } from '../_shared/remedies.ts';
import { isShort } from '../_shared/replicas.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { rootObject } from '../_shared/workloads.ts';

const CODE = 'pod/kubelet-rejected';

// What the kubelet finds missing when a Pod bound to its Node arrives; the scheduler was bypassed or saw older numbers.
const REASONS: Readonly<Record<string, { category: Category; what: string }>> = {
  OutOfcpu: { category: 'insufficient-cpu', what: 'CPU' },
  OutOfmemory: { category: 'insufficient-memory', what: 'memory' },
  OutOfpods: { category: 'node-pod-capacity', what: 'room for another Pod' },
  'OutOfephemeral-storage': { category: 'node-disk-pressure', what: 'local storage' },
  UnexpectedAdmissionError: { category: 'insufficient-extended-resource', what: 'a device the Pod asks for' },
  NodePorts: { category: 'host-port-conflict', what: 'a free host port' },
  NodeAffinity: { category: 'node-affinity-mismatch', what: 'the labels the Pod asks for' },
  TopologyAffinityError: { category: 'insufficient-extended-resource', what: 'resources on one NUMA node' },
};

/** Pods that were bound to a Node and turned away by its kubelet. */
export const analyzer: Analyzer = {
  name: 'kubelet-rejected',
  codes: { [CODE]: 'The kubelet turned a Pod away because its Node lacks what the Pod asks for.' },
  reads: ['Pod', 'Node', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job'],
  analyze(snapshot) {
    const rejected = unsettledPods(snapshot).flatMap((pod) => (isRejected(snapshot, pod) ? [{ pod }] : []));
    return groupByRoot(snapshot, rejected, ({ pod }) => pod.status?.reason ?? '').flatMap(report);
  },
};

function isRejected(snapshot: Snapshot, pod: PodObject): boolean {
  if (pod.status?.phase !== 'Failed' || !Object.hasOwn(REASONS, pod.status.reason ?? '')) return false;
  // Failed Pods stay behind when their replacements run.
  const age = ageOf(snapshot, pod.metadata.creationTimestamp ?? pod.status.startTime);
  return isShort(rootObject(snapshot, pod)) || (age !== null && age < RECENT);
}

function report({ subject, entries, root }: PodGroup<{ readonly pod: PodObject }>): Finding[] {
  const [{ pod }] = entries;
  const reason = REASONS[pod.status?.reason ?? ''];
  if (!reason) return [];
  const why = quote(pod.status?.message ?? '');
  const node = pod.spec?.nodeName;
  return [
    {
      code: CODE,
      subject,
      category: reason.category,
      role: 'cause',
      layer: 'state',
      strength: 0.85,
      statement: `The kubelet${node ? ` of Node \`${node}\`` : ''} turns the Pods of ${formatSubject(subject)} away: it lacks ${reason.what}${why === '' ? '' : ` (${why})`}`,
      evidence: [
        citeField(pod, 'status.reason'),
        ...(pod.status?.message ? [citeField(pod, 'status.message')] : []),
        ...(node ? [citeField(pod, 'spec.nodeName')] : []),
      ],
      aliases: podSubjects({ subject, root, entries }),
      since: parseTime(pod.metadata.creationTimestamp),
      remediation: [
        edit('patch-scheduling', 'R2', `Let the scheduler place ${formatSubject(subject)}, or make room on the Node`),
      ],
    },
  ];
}
