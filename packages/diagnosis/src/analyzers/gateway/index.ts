import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { conditionWords, failedCondition } from '../_shared/failed-condition.ts';
import { edit } from '../_shared/remedies.ts';

type Gateway = ObjectOf<'Gateway'>;

/** Gateways and listeners that their controller refuses or cannot program, and certificates they lack. */
export const analyzer: Analyzer = {
  name: 'gateway',
  codes: {
    'gateway/not-programmed': 'A Gateway is not accepted or not programmed.',
    'gateway/listener-invalid': 'A listener of a Gateway conflicts or is refused.',
    'gateway/certificate-missing':
      'A listener of a Gateway takes its certificate from a Secret that does not exist or may not be used.',
  },
  reads: ['Gateway', 'Secret'],
  analyze(snapshot) {
    return snapshot.objects.list('Gateway').flatMap((gateway) => {
      const certificates = judgeCertificates(snapshot, gateway);
      // Without its certificate a listener cannot be programmed: that is then the effect.
      return certificates.length > 0 ? certificates : [...judgeListeners(gateway), ...judgeGateway(snapshot, gateway)];
    });
  },
};

function judgeGateway(snapshot: Snapshot, gateway: Gateway): Finding[] {
  const name = gateway.spec?.gatewayClassName;
  // The class explains it.
  if (name && snapshot.objects.existence('GatewayClass', null, name) === 'absent') return [];
  const conditions = gateway.status?.conditions;
  const type = failedCondition(conditions, 'Accepted') ? 'Accepted' : 'Programmed';
  const condition = failedCondition(conditions, type);
  if (!condition || (gateway.status?.listeners ?? []).some(hasFault)) return [];
  const subject = subjectOf(gateway);
  const starting = condition.reason === 'Pending' || condition.reason === 'Waiting';
  return [
    {
      ...base(gateway),
      code: 'gateway/not-programmed',
      category:
        condition.reason?.startsWith('Address') || condition.reason === 'NoResources'
          ? 'load-balancer-external'
          : 'gateway-misroute',
      strength: starting ? 0.6 : 0.9,
      statement: `${formatSubject(subject)} is not ${type.toLowerCase()}, reason ${conditionWords(condition)}`,
      evidence: [citeField(gateway, `status.conditions[type=${type}]`)],
      remediation: [edit('patch-gateway', 'R2', `Mend ${formatSubject(subject)} as its condition says`)],
    },
  ];
}

type ListenerStatus = NonNullable<NonNullable<Gateway['status']>['listeners']>[number];

const LISTENER_CONDITIONS = ['Accepted', 'ResolvedRefs', 'Programmed'] as const;

function hasFault(listener: ListenerStatus): boolean {
  return LISTENER_CONDITIONS.some((type) => failedCondition(listener.conditions, type));
}

function judgeListeners(gateway: Gateway): Finding[] {
  const subject = subjectOf(gateway);
  const broken = (gateway.status?.listeners ?? []).flatMap((listener) => {
    const type = LISTENER_CONDITIONS.find((candidate) => failedCondition(listener.conditions, candidate));
    const condition = type && failedCondition(listener.conditions, type);
    return listener.name && condition && condition.reason !== 'Pending' ? [{ listener, condition }] : [];
  });
  const [first] = broken;
  if (!first) return [];
  const certificate =
    first.condition.reason === 'InvalidCertificateRef' || first.condition.reason === 'RefNotPermitted';
  return [
    {
      ...base(gateway),
      code: certificate ? 'gateway/certificate-missing' : 'gateway/listener-invalid',
      category: certificate ? 'ingress-backend-missing' : 'gateway-misroute',
      strength: 0.9,
      statement: `Listener \`${first.listener.name}\` of ${formatSubject(subject)} is refused, reason ${conditionWords(first.condition)}`,
      evidence: [
        citeField(gateway, `status.listeners[name=${first.listener.name}].conditions`),
        citeField(gateway, 'spec.listeners'),
      ],
      remediation: [edit('patch-gateway', 'R2', `Mend listener ${first.listener.name} of ${formatSubject(subject)}`)],
    },
  ];
}

function judgeCertificates(snapshot: Snapshot, gateway: Gateway): Finding[] {
  const subject = subjectOf(gateway);
  const references = (gateway.spec?.listeners ?? []).flatMap(({ name: listener, tls }) =>
    (tls?.certificateRefs ?? []).flatMap(({ kind, name, namespace }) =>
      name && listener && (kind ?? 'Secret') === 'Secret'
        ? [{ listener, name, namespace: namespace ?? gateway.metadata.namespace }]
        : [],
    ),
  );
  const missing = references.find(
    ({ name, namespace }) => snapshot.objects.existence('Secret', namespace, name) === 'absent',
  );
  if (!missing) return [];
  const issued = Object.keys(gateway.metadata.annotations ?? {}).some((key) => key.startsWith('cert-manager.io/'));
  return [
    {
      ...base(gateway),
      code: 'gateway/certificate-missing',
      category: 'ingress-backend-missing',
      strength: issued ? 0.6 : 0.9,
      statement: `Listener \`${missing.listener}\` of ${formatSubject(subject)} takes its certificate from Secret \`${missing.name}\`, which does not exist`,
      evidence: [
        citeField(gateway, 'spec.listeners'),
        citeAbsent(snapshot, { kind: 'Secret', namespace: missing.namespace, name: missing.name }),
      ],
      remediation: [edit('restore-secret', 'R2', `Restore Secret ${missing.name}`)],
    },
  ];
}

function base(gateway: Gateway) {
  return { subject: subjectOf(gateway), role: 'cause', layer: 'state' } as const;
}
