import { type LabelSelector, matchesSelector } from '@headwater/core/kube/selector.ts';
import { cidrContains } from './cidr.ts';
import type { Flow, PolicyPod, TrafficEnd } from './network-policy.ts';

export type Ternary = 'yes' | 'no' | 'maybe';

interface Peer {
  readonly podSelector?: LabelSelector | null | undefined;
  readonly namespaceSelector?: LabelSelector | null | undefined;
  readonly ipBlock?:
    | { readonly cidr?: string | null | undefined; readonly except?: readonly string[] | null | undefined }
    | null
    | undefined;
}

interface RulePort {
  readonly port?: number | string | null | undefined;
  readonly endPort?: number | null | undefined;
  readonly protocol?: string | null | undefined;
}

/** Whether the other end is among a rule's peers; no peers at all means everybody. */
export function matchPeer(
  peers: readonly Peer[] | null | undefined,
  { policyNamespace, peer }: { policyNamespace: string; peer: TrafficEnd },
): Ternary {
  if (!peers || peers.length === 0) return 'yes';
  return best(peers.map((candidate) => matchOne(candidate, policyNamespace, peer)));
}

function matchOne(rule: Peer, policyNamespace: string, peer: TrafficEnd): Ternary {
  if (rule.ipBlock) return matchBlock(rule.ipBlock, peer);
  if (!('pod' in peer)) return 'no';
  const { pod } = peer;
  // Whether traffic from the host network counts as the Pod's or the Node's differs between network plugins.
  if (pod.hostNetwork) return 'maybe';
  if (!rule.namespaceSelector) {
    if (pod.namespace !== policyNamespace) return 'no';
    return matchesSelector(pod.labels, rule.podSelector ?? {}) ? 'yes' : 'no';
  }
  if (rule.podSelector && !matchesSelector(pod.labels, rule.podSelector)) return 'no';
  if (matchesSelector(pod.namespaceLabels, rule.namespaceSelector)) return 'yes';
  return pod.namespaceCertain || decidedWithoutLabels(rule.namespaceSelector, pod) ? 'no' : 'maybe';
}

// Only the name label is known of a Namespace that was not read; a selector on it alone is decided all the same.
function decidedWithoutLabels(selector: LabelSelector, pod: PolicyPod): boolean {
  const keys = [
    ...Object.keys(selector.matchLabels ?? {}),
    ...(selector.matchExpressions ?? []).map(({ key }) => key ?? ''),
  ];
  return keys.every((key) => key in pod.namespaceLabels);
}

function matchBlock(block: NonNullable<Peer['ipBlock']>, peer: TrafficEnd): Ternary {
  const ip = 'pod' in peer ? peer.pod.ip : peer.ip;
  if (!ip) return 'maybe';
  const inside = cidrContains(block.cidr ?? '', ip) && !(block.except ?? []).some((hole) => cidrContains(hole, ip));
  // Some network plugins apply address blocks to Pods, others only to what is outside the cluster.
  if ('pod' in peer) return inside ? 'maybe' : 'no';
  return inside ? 'yes' : 'no';
}

/** Whether a rule's ports cover the flow; no ports at all means every port. */
export function matchPort(
  ports: readonly RulePort[] | null | undefined,
  flow: Pick<Flow, 'to' | 'port' | 'protocol'>,
): Ternary {
  if (!ports || ports.length === 0) return 'yes';
  return best(ports.map((rule) => matchOnePort(rule, flow)));
}

function matchOnePort({ port, endPort, protocol }: RulePort, flow: Pick<Flow, 'to' | 'port' | 'protocol'>): Ternary {
  if ((protocol ?? 'TCP') !== flow.protocol) return 'no';
  if (port === null || port === undefined) return 'yes';
  if (typeof port === 'number') return flow.port >= port && flow.port <= (endPort ?? port) ? 'yes' : 'no';
  // A name means the port the target Pod's containers declare under it; outside the cluster it means nothing.
  if (!('pod' in flow.to)) return 'no';
  const declared = flow.to.pod.ports.some(
    (candidate) => candidate.name === port && candidate.port === flow.port && candidate.protocol === flow.protocol,
  );
  return declared ? 'yes' : 'no';
}

function best(answers: readonly Ternary[]): Ternary {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('maybe') ? 'maybe' : 'no';
}
