import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionOf, conditionPath, groupOf, textAt } from '../_shared/conditions.ts';
import { ageOf } from '../_shared/freshness.ts';
import { namedIn, sayAbsent } from '../_shared/named-objects.ts';
import { quote } from '../_shared/quote.ts';
import { issuance } from './issuance.ts';

/** Certificates that are not issued, and issuers that cannot issue. */
export const analyzer: Analyzer = {
  name: 'certificate-not-ready',
  codes: {
    'certificate/issuer-not-ready': 'An issuer cannot issue; every certificate that refers to it waits.',
    'certificate/issuer-missing': 'A certificate refers to an issuer that does not exist.',
    'certificate/issuance-failed': 'A certificate is not issued: its order, challenge or request failed.',
  },
  reads: ['Certificate', 'Issuer', 'ClusterIssuer', 'CertificateRequest', 'Order', 'Challenge', 'Secret'],
  analyze(snapshot) {
    const waiting = snapshot.objects.list('Certificate').filter((certificate) => isWaiting(snapshot, certificate));
    const issuers = (['Issuer', 'ClusterIssuer'] as const)
      .flatMap((kind) => snapshot.objects.list(kind))
      .filter(isBroken);
    const broken = new Set(issuers.map((issuer) => subjectKey(subjectOf(issuer))));
    const own = waiting.filter((certificate) => !broken.has(subjectKey(issuerOf(certificate))));
    return [
      ...issuers.map((issuer) => reportIssuer(snapshot, issuer, waiting)),
      ...own.map((certificate) => reportCertificate(snapshot, certificate)),
    ];
  },
};

// An ordinary issuance, a DNS challenge included, is done within minutes.
const PATIENCE = 5 * MINUTE;

function isWaiting(snapshot: Snapshot, certificate: KubeObject): boolean {
  if (groupOf(certificate) !== 'cert-manager.io') return false;
  const ready = conditionOf(certificate, 'Ready');
  // One that was issued and ran out has an analyzer of its own.
  const end = parseTime(readField(certificate, 'status.notAfter'));
  if (ready?.status !== 'False' || (end !== null && end < snapshot.now)) return false;
  const age = ageOf(snapshot, ready.lastTransitionTime ?? certificate.metadata.creationTimestamp);
  return age === null || age > PATIENCE || issuance(snapshot, certificate) !== null;
}

function isBroken(issuer: KubeObject): boolean {
  return groupOf(issuer) === 'cert-manager.io' && conditionOf(issuer, 'Ready')?.status === 'False';
}

function issuerOf(certificate: KubeObject): Subject {
  const kind = textAt(certificate, 'spec.issuerRef.kind') || 'Issuer';
  const name = textAt(certificate, 'spec.issuerRef.name');
  return kind === 'ClusterIssuer'
    ? { kind, name }
    : { kind, ...(certificate.metadata.namespace ? { namespace: certificate.metadata.namespace } : {}), name };
}

function reportIssuer(snapshot: Snapshot, issuer: KubeObject, waiting: readonly KubeObject[]): Finding {
  const subject = subjectOf(issuer);
  const ready = conditionOf(issuer, 'Ready');
  const message = ready?.message ?? '';
  // A ClusterIssuer keeps its Secrets in cert-manager's own namespace.
  const [lost] = namedIn(snapshot, message, issuer.metadata.namespace ?? 'cert-manager').filter(
    ({ existence }) => existence === 'absent',
  );
  const absent = lost ? sayAbsent(snapshot, lost.subject) : { text: quote(message), evidence: [] };
  return {
    ...base('certificate/issuer-not-ready', subject),
    strength: 0.93,
    statement: `${formatSubject(subject)} cannot issue certificates${absent.text === '' ? '' : `: ${absent.text}`}`,
    evidence: [...citeCondition(issuer, 'Ready'), ...absent.evidence],
    affects: waiting
      .filter((certificate) => subjectKey(issuerOf(certificate)) === subjectKey(subject))
      .flatMap((certificate) => [subjectOf(certificate), ...secretOf(certificate)]),
    since: parseTime(ready?.lastTransitionTime),
  };
}

function reportCertificate(snapshot: Snapshot, certificate: KubeObject): Finding {
  const subject = subjectOf(certificate);
  const issuer = issuerOf(certificate);
  const missing = snapshot.objects.existence(issuer.kind, issuer.namespace, issuer.name) === 'absent';
  const failed = issuance(snapshot, certificate);
  const cause = missing
    ? sayAbsent(snapshot, issuer)
    : (failed ?? {
        text: quote(conditionOf(certificate, 'Ready')?.message ?? ''),
        evidence: [] as readonly Evidence[],
      });
  return {
    ...base(missing ? 'certificate/issuer-missing' : 'certificate/issuance-failed', subject),
    strength: missing ? 0.95 : failed ? 0.92 : 0.8,
    statement: `${formatSubject(subject)} is not issued${cause.text === '' ? '' : `: ${cause.text}`}`,
    evidence: [
      ...citeCondition(certificate, 'Ready'),
      ...(missing ? [citeField(certificate, 'spec.issuerRef')] : []),
      ...cause.evidence,
    ],
    aliases: secretOf(certificate),
    since: parseTime(readField(certificate, `${conditionPath('Ready')}.lastTransitionTime`)),
  };
}

// Workloads wait for the Secret, not for the Certificate that should fill it.
function secretOf(certificate: KubeObject): Subject[] {
  const name = textAt(certificate, 'spec.secretName');
  const { namespace } = certificate.metadata;
  return name === '' ? [] : [{ kind: 'Secret', ...(namespace ? { namespace } : {}), name }];
}

function base(
  code: string,
  subject: Subject,
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code,
    subject,
    category: 'certificate-not-ready',
    role: 'cause',
    layer: 'state',
    remediation: [
      {
        action: 'restore-secret',
        risk: 'R2',
        statement: `Repair what ${formatSubject(subject)} needs to issue, then renew`,
        preconditions: ['Credentials come from the secret store, never invented'],
        undo: 'Restore the former configuration',
      },
    ],
  };
}
