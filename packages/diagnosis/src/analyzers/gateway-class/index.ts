import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { conditionWords, failedCondition } from '../_shared/failed-condition.ts';
import { edit } from '../_shared/remedies.ts';

/** Gateways whose class does not exist, and classes no controller accepts. */
export const analyzer: Analyzer = {
  name: 'gateway-class',
  codes: {
    'gateway/class-missing': 'A Gateway names a GatewayClass that does not exist.',
    'gateway/class-not-accepted': 'The controller refuses a GatewayClass that Gateways use.',
  },
  reads: ['Gateway', 'GatewayClass'],
  analyze(snapshot) {
    return [...missing(snapshot), ...refused(snapshot)];
  },
};

function missing(snapshot: Snapshot): Finding[] {
  return snapshot.objects.list('Gateway').flatMap((gateway) => {
    const name = gateway.spec?.gatewayClassName;
    if (!name || snapshot.objects.existence('GatewayClass', null, name) !== 'absent') return [];
    const subject = subjectOf(gateway);
    const close = nearMiss(name, snapshot.objects.names('GatewayClass'));
    return [
      {
        code: 'gateway/class-missing',
        subject,
        category: 'ingress-class-missing',
        role: 'cause',
        layer: 'state',
        strength: 0.95,
        statement: `${formatSubject(subject)} names the class \`${name}\`, which does not exist${close ? `; \`${close}\` does` : ''}, so no controller serves it`,
        evidence: [
          citeField(gateway, 'spec.gatewayClassName'),
          citeAbsent(snapshot, { kind: 'GatewayClass', name }),
          citeField(gateway, 'status.conditions'),
        ],
        remediation: [
          edit('patch-gateway', 'R2', `Set the class of ${formatSubject(subject)} to ${close ?? 'one that exists'}`),
        ],
      },
    ];
  });
}

function refused(snapshot: Snapshot): Finding[] {
  const used = Map.groupBy(snapshot.objects.list('Gateway'), ({ spec }) => spec?.gatewayClassName ?? '');
  return snapshot.objects.list('GatewayClass').flatMap((entry) => {
    const condition = failedCondition(entry.status?.conditions, 'Accepted');
    const users = used.get(entry.metadata.name) ?? [];
    // `Waiting` for a controller is how every class begins; one that nobody uses harms nobody.
    if (!condition || users.length === 0) return [];
    const subject = subjectOf(entry);
    const waiting = condition.reason === 'Waiting' || condition.reason === 'Pending';
    return [
      {
        code: 'gateway/class-not-accepted',
        subject,
        category: 'ingress-class-missing',
        role: 'cause',
        layer: 'state',
        strength: waiting ? 0.7 : 0.9,
        statement: `${formatSubject(subject)} is not accepted by a controller, reason ${conditionWords(condition)}`,
        evidence: [citeField(entry, 'status.conditions[type=Accepted]'), citeField(entry, 'spec.controllerName')],
        affects: users.map(subjectOf),
        remediation: [
          edit('patch-gateway', 'R3', `Mend ${formatSubject(subject)} or its controller as the condition says`),
        ],
      },
    ];
  });
}
