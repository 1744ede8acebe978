import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

import { blamePolicy, formatBlame, refusal } from '../_shared/policy-blame.ts';
import { blockedEvidence } from '../_shared/policy-effect.ts';
import { type DeniedFlow, deniedFlows } from '../_shared/policy-flows.ts';
import { edit } from '../_shared/remedies.ts';
import { judgeDns } from './dns.ts';

/** NetworkPolicies that keep the Pods they select from cluster DNS or from a Service they call. */
export const analyzer: Analyzer = {
  name: 'network-policy-egress',
  codes: {
    'network-policy/egress-dns': 'A NetworkPolicy keeps its Pods from cluster DNS, so no name resolves for them.',
    'network-policy/egress-denied': 'A NetworkPolicy keeps its Pods from a Service they call.',
  },
  reads: ['NetworkPolicy', 'Namespace', 'Service', 'Pod', 'Deployment', 'logs', 'metrics', 'traces'],
  analyze(snapshot) {
    if (snapshot.objects.list('NetworkPolicy').length === 0) return [];
    const dns = judgeDns(snapshot);
    // Without DNS nothing is reached by name: the Services it fails to reach are then an effect.
    const deaf = new Set(dns.flatMap(({ affects }) => (affects ?? []).map(subjectKey)));
    const flows = deniedFlows(snapshot).filter(({ caller }) => !deaf.has(subjectKey(caller)));
    const grouped = Map.groupBy(
      flows.flatMap((flow) => toBlocked(snapshot, flow) ?? []),
      ({ blame, flow }) => `${subjectKey(subjectOf(blame.policy))}>${subjectKey(flow.caller)}`,
    );
    return [...dns, ...[...grouped.values()].flatMap((group) => report(snapshot, group))];
  },
};

function toBlocked(snapshot: Snapshot, flow: DeniedFlow) {
  const side = flow.verdict.egress;
  const blame = side?.decision === 'denied' ? blamePolicy(snapshot, side) : null;
  return side && blame
    ? { flow, side, blame, effect: blockedEvidence(snapshot, flow.caller, subjectOf(flow.service)) }
    : null;
}

type Blocked = NonNullable<ReturnType<typeof toBlocked>>;

function report(snapshot: Snapshot, group: readonly Blocked[]): Finding[] {
  const [first] = [...group].sort((left, right) => right.effect.length - left.effect.length);
  if (!first || (first.effect.length === 0 && !first.blame.recent)) return [];
  const { flow, side, blame, effect } = first;
  const subject = subjectOf(blame.policy);
  const change = blame.recent ? snapshot.changes.of(subject).at(-1) : undefined;
  const targets = [
    ...new Map(
      group.map(({ flow: { service } }): [string, Subject] => [subjectKey(subjectOf(service)), subjectOf(service)]),
    ).values(),
  ];
  return [
    {
      code: 'network-policy/egress-denied',
      subject,
      category: 'network-policy-egress',
      role: 'cause',
      layer: 'state',
      strength: effect.length > 0 ? 0.95 : 0.65,
      statement: `${formatBlame(blame)} selects the Pods of ${formatSubject(flow.caller)} and ${refusal(side)}, so they cannot reach ${targets.map(formatSubject).join(', ')}`,
      evidence: [
        citeField(blame.policy, 'spec'),
        ...blame.others.slice(0, 2).map((policy) => citeField(policy, 'spec')),
        ...flow.edge.cite().slice(0, 1),
        ...effect,
        ...(change ? [citeChange(change)] : []),
      ],
      affects: [flow.caller],
      ...(change ? { change: change.id, since: change.time } : {}),
      remediation: [
        edit(
          'patch-networkpolicy',
          'R2',
          `Allow egress to ${targets.map(formatSubject).join(', ')} in ${formatSubject(subject)}, or restore its former version`,
        ),
      ],
    },
  ];
}
