import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from '../_shared/freshness.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { isGone, isReady, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';

const CODE = 'node/kube-proxy-down';

/** Nodes whose service proxy does not run, so that Service addresses lead nowhere from there. */
export const analyzer: Analyzer = {
  name: 'kube-proxy-down',
  codes: {
    [CODE]: 'The service proxy of a Node is not running; new Services and endpoints are not reachable from there.',
  },
  reads: ['Pod', 'DaemonSet', 'Node'],
  analyze(snapshot) {
    return snapshot.topology.clusterServices.ofRole('service-proxy').flatMap(({ subject }) => judge(snapshot, subject));
  },
};

function judge(snapshot: Snapshot, proxy: Subject): Finding[] {
  const pods = snapshot.owners
    .pods(proxy)
    .filter((pod) => !isGone(pod) && pod.spec?.nodeName && !isOnDownNode(snapshot, pod));
  const down = pods.filter((pod) => !isReady(pod) && !isStarting(snapshot, pod));
  if (down.length === 0) return [];
  if (down.length > 1 && down.length === pods.length)
    return [report(proxy, down, `${formatSubject(proxy)} is down on every Node`)];
  return down.map((pod) => {
    const name = pod.spec?.nodeName ?? '';
    const node = snapshot.objects.get('Node', null, name);
    return report(node ? subjectOf(node) : { kind: 'Node', name }, [pod], `The service proxy of Node ${name} is down`);
  });
}

function isStarting(snapshot: Snapshot, pod: PodObject): boolean {
  const age = ageOf(snapshot, pod.metadata.creationTimestamp ?? pod.status?.startTime);
  return age !== null && age < MINUTE;
}

function report(subject: Subject, pods: readonly PodObject[], what: string): Finding {
  const [first] = pods;
  return {
    code: CODE,
    subject,
    category: 'kube-proxy-down',
    role: 'cause',
    layer: 'node',
    strength: 0.88,
    statement: `${what}: Services are not reachable from there by their addresses`,
    evidence: pods
      .slice(0, 3)
      .flatMap((pod) => [citeField(pod, 'status.conditions[type=Ready].status'), citeField(pod, 'spec.nodeName')]),
    aliases: pods.slice(0, 20).map(subjectOf),
    since: parseTime(first?.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime),
    remediation: [
      edit('restart', 'R3', `Restart the service proxy Pod: ${first ? formatSubject(subjectOf(first)) : ''}`),
    ],
  };
}
