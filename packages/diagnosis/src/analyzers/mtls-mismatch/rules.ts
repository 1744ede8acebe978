import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { meshModeOf } from '../_shared/mesh-identity.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { trafficTo } from '../_shared/service-traffic.ts';
import { strictPolicy } from './strict.ts';
import { selectedBy } from '../../topology/selection.ts';

type DestinationRule = ObjectOf<'DestinationRule'>;

/** DestinationRules whose TLS mode contradicts what their host accepts. */
export function judgeRules(snapshot: Snapshot): Finding[] {
  return snapshot.objects.list('DestinationRule').flatMap((rule) => {
    const mode = rule.spec?.trafficPolicy?.tls?.mode;
    const host = rule.spec?.host ? resolveHost(snapshot, rule.spec.host, rule.metadata.namespace ?? '') : null;
    if (!mode || !host?.exists) return [];
    const service: Subject = { kind: 'Service', namespace: host.namespace, name: host.name };
    const targets = selectedBy(snapshot.topology, service);
    return targets.flatMap((target) => judge(snapshot, { rule, mode, service, target }) ?? []).slice(0, 1);
  });
}

interface RuleCase {
  readonly rule: DestinationRule;
  readonly mode: string;
  readonly service: Subject;
  readonly target: Subject;
}

function judge(snapshot: Snapshot, entry: RuleCase): Finding | null {
  const { mode, target } = entry;
  const strict = strictPolicy(snapshot, target);
  if (strict && (mode === 'DISABLE' || mode === 'SIMPLE')) {
    return report(snapshot, entry, {
      code: 'mesh/rule-disables-tls',
      says: `makes clients use TLS mode \`${mode}\` with ${formatSubject(target)}, which accepts mutual TLS only by ${formatSubject(subjectOf(strict))}`,
      evidence: [citeField(strict, 'spec.mtls.mode')],
    });
  }
  if (mode !== 'ISTIO_MUTUAL' || meshModeOf(snapshot, target) !== 'none') return null;
  const [pod] = snapshot.topology.pods.ofComponent(target);
  return report(snapshot, entry, {
    code: 'mesh/rule-demands-tls',
    says: `makes clients use TLS mode \`${mode}\` with ${formatSubject(target)}, which has no mesh proxy to answer it`,
    evidence: pod ? [citeField(pod, 'spec.containers[name=istio-proxy]')] : [],
  });
}

function report(
  snapshot: Snapshot,
  { rule, service, target }: RuleCase,
  { code, says, evidence }: { code: string; says: string; evidence: Finding['evidence'] },
): Finding {
  const subject = subjectOf(rule);
  const { failing } = trafficTo(snapshot, service);
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.trafficPolicy'));
  return {
    code,
    subject,
    category: 'mtls-mismatch',
    role: 'cause',
    layer: 'state',
    strength: failing.length > 0 || edited ? 0.95 : 0.8,
    statement: `${formatSubject(subject)} ${says}`,
    evidence: [
      citeField(rule, 'spec.trafficPolicy.tls.mode'),
      ...evidence,
      ...failing,
      ...(edited ? [citeChange(edited)] : []),
    ],
    affects: [service, target],
    ...(edited ? { change: edited.id, since: edited.time } : {}),
    remediation: [
      edit(
        'patch-destinationrule',
        'R2',
        `Make the TLS mode of ${formatSubject(subject)} fit what ${formatSubject(target)} accepts`,
      ),
    ],
  };
}
