import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Labels, matchesSelector } from '@headwater/core/kube/selector.ts';
import { matchPeer, matchPort } from './network-policy-rules.ts';

export type Policy = ObjectOf<'NetworkPolicy'>;
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** A Pod as policies see it. */
export interface PolicyPod {
  readonly namespace: string;
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  /** False when the Namespace was not read: its other labels may exist. */
  readonly namespaceCertain: boolean;
  readonly ip: string | null;
  /** Policies do not hold for Pods on their Node's network. */
  readonly hostNetwork: boolean;
  readonly ports: readonly { readonly name: string | null; readonly port: number; readonly protocol: string }[];
}

/** One end of a connection: a Pod, or an address outside the cluster. */
export type TrafficEnd = { readonly pod: PolicyPod } | { readonly ip: string };

/** A connection as it reaches the Pod network: after a Service's port became the Pod's port. */
export interface Flow {
  readonly from: TrafficEnd;
  readonly to: TrafficEnd;
  readonly port: number;
  readonly protocol: Protocol;
}

/** What the policies of one end say. `unknown`: it hangs on labels that were not read. */
export interface SideVerdict {
  readonly side: 'ingress' | 'egress';
  readonly decision: 'allowed' | 'denied' | 'unknown';
  /** The policies that isolate this end, in name order: together they deny, any one of them may allow. */
  readonly isolating: readonly Policy[];
  readonly allowedBy: Policy | null;
  /** Why it is denied: no rule at all, none for that peer, or one for the peer but not for the port. */
  readonly mismatch: 'no-rules' | 'peer' | 'port' | null;
}

export interface FlowVerdict {
  readonly decision: SideVerdict['decision'];
  /** Null when no policy isolates that end. */
  readonly egress: SideVerdict | null;
  readonly ingress: SideVerdict | null;
}

/** Whether a connection is allowed: by the egress policies of the source and the ingress policies of the target. */
export function evaluateFlow(policiesIn: (namespace: string) => readonly Policy[], flow: Flow): FlowVerdict {
  const egress =
    'pod' in flow.from
      ? judgeSide('egress', policiesIn(flow.from.pod.namespace), { self: flow.from.pod, peer: flow.to, flow })
      : null;
  const ingress =
    'pod' in flow.to
      ? judgeSide('ingress', policiesIn(flow.to.pod.namespace), { self: flow.to.pod, peer: flow.from, flow })
      : null;
  const decisions = [egress?.decision, ingress?.decision];
  return {
    decision: decisions.includes('denied') ? 'denied' : decisions.includes('unknown') ? 'unknown' : 'allowed',
    egress,
    ingress,
  };
}

/** The policies that isolate a Pod in one direction. */
export function isolatingPolicies(
  policies: readonly Policy[],
  pod: Pick<PolicyPod, 'labels' | 'hostNetwork'>,
  side: 'ingress' | 'egress',
): readonly Policy[] {
  if (pod.hostNetwork) return [];
  return policies.filter(
    (policy) => coversSide(policy, side) && matchesSelector(pod.labels, policy.spec?.podSelector ?? {}),
  );
}

/** Whether a policy restricts a direction; without `policyTypes` it is ingress, and egress when it has egress rules. */
export function coversSide(policy: Policy, side: 'ingress' | 'egress'): boolean {
  const types = policy.spec?.policyTypes;
  if (types && types.length > 0) return types.includes(side === 'ingress' ? 'Ingress' : 'Egress');
  return side === 'ingress' || (policy.spec?.egress ?? []).length > 0;
}

interface Judged {
  readonly self: PolicyPod;
  readonly peer: TrafficEnd;
  readonly flow: Flow;
}

function judgeSide(
  side: 'ingress' | 'egress',
  policies: readonly Policy[],
  { self, peer, flow }: Judged,
): SideVerdict | null {
  const isolating = isolatingPolicies(policies, self, side);
  if (isolating.length === 0) return null;
  const fits = isolating.flatMap((policy) =>
    rulesOf(policy, side).map(({ peers, ports }) => {
      const peerFits = matchPeer(peers, { policyNamespace: policy.metadata.namespace ?? '', peer });
      return { policy, peer: peerFits, port: peerFits === 'no' ? ('no' as const) : matchPort(ports, flow) };
    }),
  );
  const allowing = fits.find(({ peer, port }) => peer === 'yes' && port === 'yes');
  if (allowing) return { side, decision: 'allowed', isolating, allowedBy: allowing.policy, mismatch: null };
  if (fits.some(({ peer, port }) => peer !== 'no' && port !== 'no')) {
    return { side, decision: 'unknown', isolating, allowedBy: null, mismatch: null };
  }
  const mismatch = fits.length === 0 ? 'no-rules' : fits.some(({ peer }) => peer !== 'no') ? 'port' : 'peer';
  return { side, decision: 'denied', isolating, allowedBy: null, mismatch };
}

type Rule = NonNullable<NonNullable<Policy['spec']>['ingress']>[number];

function rulesOf(policy: Policy, side: 'ingress' | 'egress'): readonly { peers: Rule['from']; ports: Rule['ports'] }[] {
  if (side === 'ingress') return (policy.spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }));
  return (policy.spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}
