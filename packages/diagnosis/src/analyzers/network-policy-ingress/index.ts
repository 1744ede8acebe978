import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { SideVerdict } from '../../topology/network-policy.ts';
import { type Blame, blamePolicy, formatBlame, refusal } from '../_shared/policy-blame.ts';
import { blockedEvidence } from '../_shared/policy-effect.ts';
import { type DeniedFlow, deniedFlows } from '../_shared/policy-flows.ts';
import { edit } from '../_shared/remedies.ts';
import { unreachable } from './unreachable.ts';

/** NetworkPolicies that keep known callers from the Pods they select. */
export const analyzer: Analyzer = {
  name: 'network-policy-ingress',
  codes: {
    'network-policy/ingress-denied': 'A NetworkPolicy keeps a workload that calls a Service from the Pods behind it.',
    'network-policy/ingress-closed': 'A new NetworkPolicy allows nobody to reach Pods that a Service selects.',
  },
  reads: ['NetworkPolicy', 'Namespace', 'Service', 'Pod', 'Deployment', 'Ingress', 'logs', 'metrics', 'traces'],
  analyze(snapshot) {
    const blocked = deniedFlows(snapshot).flatMap((flow) =>
      flow.verdict.ingress?.decision === 'denied' ? [toBlocked(snapshot, flow, flow.verdict.ingress)] : [],
    );
    const grouped = Map.groupBy(
      blocked.filter((item) => item !== null),
      ({ blame, flow }) => `${subjectKey(subjectOf(blame.policy))}>${subjectKey(flow.target)}`,
    );
    const denied = [...grouped.values()].flatMap((group) => report(snapshot, group));
    return [...denied, ...unreachable(snapshot, new Set(denied.map(({ subject }) => subjectKey(subject))))];
  },
};

interface Blocked {
  readonly flow: DeniedFlow;
  readonly side: SideVerdict;
  readonly blame: Blame;
  readonly effect: readonly Evidence[];
}

function toBlocked(snapshot: Snapshot, flow: DeniedFlow, side: SideVerdict): Blocked | null {
  const blame = blamePolicy(snapshot, side);
  return blame && { flow, side, blame, effect: blockedEvidence(snapshot, flow.caller, subjectOf(flow.service)) };
}

function report(snapshot: Snapshot, group: readonly Blocked[]): Finding[] {
  const [first] = [...group].sort((left, right) => right.effect.length - left.effect.length);
  if (!first) return [];
  const { flow, side, blame, effect } = first;
  // A call that is merely configured may be meant to be closed, and has been for long.
  if (effect.length === 0 && !blame.recent) return [];
  const subject = subjectOf(blame.policy);
  const change = snapshot.changes.of(subject).at(-1);
  const callers = [...new Map(group.map(({ flow: { caller } }) => [subjectKey(caller), caller])).values()];
  const more =
    callers.length > 1
      ? `; so are ${callers
          .filter((caller) => caller !== flow.caller)
          .map(formatSubject)
          .join(', ')}`
      : '';
  return [
    {
      code: 'network-policy/ingress-denied',
      subject,
      category: 'network-policy-ingress',
      role: 'cause',
      layer: 'state',
      strength: effect.length > 0 ? 0.95 : flow.edge.relation === 'calls' && isObserved(flow) ? 0.8 : 0.65,
      statement: `${formatBlame(blame)} selects the Pods of ${formatSubject(flow.target)} and ${refusal(side)}, so ${formatSubject(flow.caller)} is kept from port ${flow.port} behind ${formatSubject(subjectOf(flow.service))}${more}`,
      evidence: [
        citeField(blame.policy, 'spec'),
        ...blame.others.slice(0, 2).map((policy) => citeField(policy, 'spec')),
        citeField(flow.service, 'spec.ports'),
        ...flow.edge.cite().slice(0, 1),
        ...effect,
        ...portEvidence(snapshot, flow),
        ...(blame.recent && change ? [citeChange(change)] : []),
      ],
      affects: [flow.target, ...callers],
      ...(blame.recent && change ? { change: change.id, since: change.time } : {}),
      ruledOut: ready(snapshot, flow.target),
      remediation: [
        edit(
          'patch-networkpolicy',
          'R2',
          `Allow ${callers.map(formatSubject).join(', ')} in ${formatSubject(subject)}, or restore its former version`,
          ['The callers are meant to reach it'],
        ),
      ],
    },
  ];
}

function isObserved({ edge }: DeniedFlow): boolean {
  return edge.cite().some(({ kind }) => kind === 'trace' || kind === 'metric');
}

// A named target port becomes a number only in the Pod.
function portEvidence(snapshot: Snapshot, { target, port }: DeniedFlow): readonly Evidence[] {
  const [pod] = snapshot.topology.pods.ofComponent(target);
  const container = pod?.spec?.containers?.find(({ ports }) =>
    (ports ?? []).some(({ containerPort }) => containerPort === port),
  );
  return pod && container ? [citeField(pod, `spec.containers[name=${container.name}].ports`)] : [];
}

function ready(snapshot: Snapshot, target: Subject): Finding['ruledOut'] {
  const pod = snapshot.topology.pods
    .ofComponent(target)
    .find(({ status }) =>
      (status?.conditions ?? []).some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    );
  if (!pod) return [];
  return [
    {
      subject: target,
      category: 'readiness-failing',
      statement: `${formatSubject(target)} itself is healthy: ${formatSubject(subjectOf(pod))} is Ready`,
      evidence: [citeField(pod, 'status.conditions[type=Ready].status')],
    },
  ];
}
