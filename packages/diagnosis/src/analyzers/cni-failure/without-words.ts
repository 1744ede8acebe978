import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeField, citeLog } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { firstError } from '../../logs/first-error.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from '../_shared/freshness.ts';
import { citeLastWords } from '../_shared/last-words.ts';
import { podsOn } from '../_shared/node-pods.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { rootOf } from '../_shared/workloads.ts';

// A sandbox takes seconds; the kubelet's answer of a failed one would be an Event.
const PATIENCE = 2 * MINUTE;

/** Nodes whose network agent is not Ready while new Pods there stay without a sandbox, where no Event says why. */
export function withoutWords(snapshot: Snapshot, told: ReadonlySet<string>): Finding[] {
  return snapshot.topology.clusterServices
    .ofRole('pod-network')
    .flatMap(({ subject }) => snapshot.topology.pods.ofComponent(subject).map((agent) => ({ subject, agent })))
    .flatMap(({ subject, agent }) => {
      const node = agent.spec?.nodeName ?? '';
      if (isReady(agent) || told.has(node)) return [];
      const stuck = podsOn(snapshot, node).filter((pod) => hasNoSandbox(snapshot, pod));
      return stuck.length > 0 ? [report(snapshot, { subject, agent, stuck })] : [];
    });
}

function hasNoSandbox(snapshot: Snapshot, pod: PodObject): boolean {
  if (pod.status?.phase !== 'Pending' || (ageOf(snapshot, pod.metadata.creationTimestamp) ?? 0) < PATIENCE)
    return false;
  const sandbox = pod.status.conditions?.find(({ type }) => type === 'PodReadyToStartContainers');
  const volumes = snapshot.events
    .of(subjectOf(pod))
    .some(({ reason }) => /^Failed(?:Mount|AttachVolume)$/.test(reason));
  return sandbox?.status === 'False' && !volumes;
}

/** Its first error and its last words: the first says why, the last that it gave up. */
function citeWords(snapshot: Snapshot, agent: PodObject, container: string): readonly Evidence[] {
  const { namespace, name } = agent.metadata;
  for (const previous of [false, true]) {
    const stream = snapshot.logs.get(namespace ?? '', name, container, previous);
    const first = stream && firstError(stream);
    if (stream && first) return [citeLog(stream, first.line), ...citeLastWords(snapshot, agent, container)];
  }
  return citeLastWords(snapshot, agent, container);
}

function report(
  snapshot: Snapshot,
  { subject, agent, stuck }: { subject: Subject; agent: PodObject; stuck: readonly PodObject[] },
): Finding {
  const node: Subject = { kind: 'Node', name: agent.spec?.nodeName ?? '' };
  const [container] = agent.status?.containerStatuses ?? [];
  return {
    code: 'network/cni-failure',
    subject: node,
    category: 'cni-failure',
    role: 'cause',
    layer: 'node',
    strength: 0.82,
    statement: `New Pods on ${formatSubject(node)} get no sandbox while ${formatSubject(subjectOf(agent))} of ${formatSubject(subject)}, which sets up their network, is not Ready`,
    evidence: [
      citeField(agent, 'status.conditions[type=Ready].status'),
      citeField(agent, 'spec.nodeName'),
      ...stuck.slice(0, 2).map((pod) => citeField(pod, 'status.conditions[type=PodReadyToStartContainers].status')),
      ...(container ? citeWords(snapshot, agent, container.name) : []),
    ],
    aliases: [subject],
    affects: [subject, ...stuck.map((pod) => rootOf(snapshot, pod))],
    remediation: [
      {
        action: 'restart-node-service',
        risk: 'R3',
        statement: `Restart the CNI agent on ${node.name}`,
        preconditions: ['Its configuration and credentials are in place'],
        undo: 'None needed',
      },
    ],
  };
}
