import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { coversSide, isolatingPolicies, type Policy } from '../../topology/network-policy.ts';
import { policyPod } from '../../topology/policy-pods.ts';
import { recentChange } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { trafficTo } from '../_shared/service-traffic.ts';

/** Pods that a Service selects and that, since a policy of the last day, nobody at all may reach; for when no caller is known. */
export function unreachable(snapshot: Snapshot, reported: ReadonlySet<string>): Finding[] {
  const closing = snapshot.objects
    .list('NetworkPolicy')
    .filter((policy) => coversSide(policy, 'ingress') && (policy.spec?.ingress ?? []).length === 0);
  return closing.flatMap((policy) => (reported.has(subjectKey(subjectOf(policy))) ? [] : judge(snapshot, policy)));
}

function judge(snapshot: Snapshot, policy: Policy): Finding[] {
  const subject = subjectOf(policy);
  const namespace = subject.namespace ?? '';
  const change = recentChange(snapshot, subject);
  if (!change) return [];
  const closed = snapshot.topology.pods
    .match(namespace, policy.spec?.podSelector ?? {})
    .filter((pod) => isClosed(snapshot, pod));
  const labels = new Set(closed);
  const service = snapshot.objects.list('Service', namespace).find(({ spec }) => {
    const matchLabels = spec?.selector ?? {};
    return (
      Object.keys(matchLabels).length > 0 &&
      snapshot.topology.pods.match(namespace, { matchLabels }).some((pod) => labels.has(pod))
    );
  });
  if (!service) return [];
  const { failing } = trafficTo(snapshot, subjectOf(service));
  const targets = [
    ...new Map(
      closed.map((pod) => snapshot.topology.component(subjectOf(pod))).map((target) => [subjectKey(target), target]),
    ).values(),
  ];
  return [
    {
      code: 'network-policy/ingress-closed',
      subject,
      category: 'network-policy-ingress',
      role: 'cause',
      layer: 'state',
      strength: failing.length > 0 ? 0.9 : 0.6,
      statement: `${formatSubject(subject)} allows nobody to reach ${targets.slice(0, 3).map(formatSubject).join(', ')}, though ${formatSubject(subjectOf(service))} sends traffic there`,
      evidence: [citeField(policy, 'spec'), citeField(service, 'spec.selector'), citeChange(change), ...failing],
      affects: targets,
      change: change.id,
      since: change.time,
      remediation: [edit('patch-networkpolicy', 'R2', `Delete ${formatSubject(subject)} or allow its callers`)],
    },
  ];
}

function isClosed(snapshot: Snapshot, pod: ReturnType<Snapshot['topology']['pods']['list']>[number]): boolean {
  const view = policyPod(snapshot, pod);
  const isolating = isolatingPolicies(snapshot.objects.list('NetworkPolicy', view.namespace), view, 'ingress');
  return isolating.length > 0 && isolating.every(({ spec }) => (spec?.ingress ?? []).length === 0);
}
