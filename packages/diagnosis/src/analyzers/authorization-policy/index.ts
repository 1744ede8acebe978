import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Edge } from '../../topology/topology.ts';
import { meshModeOf } from '../_shared/mesh-identity.ts';
import { recentChange } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { decide, type Decision } from './decide.ts';
import { refusalsBy } from './refusals.ts';
import { selectedBy } from '../../topology/selection.ts';

/** AuthorizationPolicies that refuse a workload that is known to call. */
export const analyzer: Analyzer = {
  name: 'authorization-policy',
  codes: { 'mesh/authorization-denied': 'An AuthorizationPolicy refuses requests of a workload that calls a Service.' },
  reads: ['AuthorizationPolicy', 'Service', 'Pod', 'ServiceAccount', 'logs', 'metrics'],
  analyze(snapshot) {
    if (snapshot.objects.list('AuthorizationPolicy').length === 0) return [];
    const denied = snapshot.objects.list('Service').flatMap((service) => deniedCalls(snapshot, subjectOf(service)));
    return [...Map.groupBy(denied, ({ decision }) => subjectKey(subjectOf(decision.policy))).values()].flatMap(
      (group) => report(snapshot, group) ?? [],
    );
  },
};

interface DeniedCall {
  readonly service: Subject;
  readonly target: Subject;
  readonly edge: Edge;
  readonly decision: Decision;
}

function deniedCalls(snapshot: Snapshot, service: Subject): DeniedCall[] {
  const { topology } = snapshot;
  const callers = topology.dependents(service).filter(({ relation }) => relation === 'calls');
  if (callers.length === 0) return [];
  const targets = selectedBy(topology, service).filter((target) => meshModeOf(snapshot, target) !== 'none');
  return targets.flatMap((target) =>
    callers.flatMap((edge): DeniedCall[] => {
      const decision = decide(snapshot, { caller: edge.from, target });
      return decision ? [{ service, target, edge, decision }] : [];
    }),
  );
}

function report(snapshot: Snapshot, group: readonly DeniedCall[]): Finding | null {
  const rated = group.map((call) => ({
    call,
    refusals: refusalsBy(snapshot, { caller: call.edge.from, target: call.target }),
  }));
  const [first] = rated.sort(
    (left, right) =>
      right.refusals.length - left.refusals.length ||
      Number(right.call.decision.certain) - Number(left.call.decision.certain),
  );
  if (!first) return null;
  const { call, refusals } = first;
  const { policy, certain, words } = call.decision;
  const subject = subjectOf(policy);
  const change = recentChange(snapshot, subject);
  // Old policies keep out on purpose; without a refusal only a new one that surely denies is a suspect.
  if (refusals.length === 0 && (!change || !certain)) return null;
  const callers = [...new Map(group.map(({ edge }) => [subjectKey(edge.from), edge.from])).values()];
  return {
    code: 'mesh/authorization-denied',
    subject,
    category: 'authorization-policy-denied',
    role: 'cause',
    layer: 'state',
    strength: refusals.length > 0 ? (certain ? 0.95 : 0.75) : 0.7,
    statement: `${formatSubject(subject)} ${words}, so ${formatSubject(call.target)} refuses ${callers.slice(0, 3).map(formatSubject).join(', ')}`,
    evidence: [
      citeField(policy, 'spec'),
      ...call.edge.cite().slice(0, 1),
      ...refusals,
      ...(change ? [citeChange(change)] : []),
    ],
    affects: [call.target, ...callers],
    ...(change ? { change: change.id, since: change.time } : {}),
    remediation: [
      edit(
        'patch-authorizationpolicy',
        'R2',
        `Restore ${formatSubject(subject)}, or allow ${callers.map(formatSubject).join(', ')}`,
        ['The callers are meant to be allowed'],
      ),
    ],
  };
}
