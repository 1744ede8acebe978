import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { configNamesOf } from '../_shared/config-refs.ts';
import { edit } from '../_shared/remedies.ts';
import { lastChange, type Suspect } from '../_shared/suspect-change.ts';
import { fromSpans } from './from-spans.ts';
import { type Holder, holderOfHost, holderOfWorkload } from './holder.ts';
import { type CertificateError, readCertificateError } from './patterns.ts';

const EXPIRED = 'certificate/expired';
const UNTRUSTED = 'certificate/untrusted';

/** Certificates that callers refuse: expired, from an unknown issuer, or made for another name. */
export const analyzer: Analyzer = {
  name: 'certificate-errors',
  codes: {
    [EXPIRED]: 'Callers refuse a certificate that is no longer valid.',
    [UNTRUSTED]: 'Callers refuse a certificate whose issuer they do not trust, or that is for another name.',
  },
  reads: ['Pod', 'Deployment', 'Service', 'Secret', 'Ingress', 'Certificate', 'logs', 'traces'],
  analyze(snapshot) {
    const groups = groupByRoot(snapshot, logHits(snapshot, readCertificateError), ({ match }) => match.key);
    const told = groups.map((group) =>
      group.entries[0].match.fault === 'expired' ? ofExpired(snapshot, group) : ofUntrusted(snapshot, group),
    );
    return told.length > 0 ? told : fromSpans(snapshot, { expired: EXPIRED, untrusted: UNTRUSTED });
  },
};

type Group = PodGroup<LogHit<CertificateError>>;

function holderOf(snapshot: Snapshot, { subject, entries }: Group): Holder | null {
  const [{ match, pod }] = entries;
  if (match.side === 'own') return holderOfWorkload(snapshot, subject);
  return match.host === null ? null : holderOfHost(snapshot, match.host, pod.metadata.namespace ?? '');
}

function ofExpired(snapshot: Snapshot, group: Group): Finding {
  const [{ match, pod }] = group.entries;
  const holder = holderOf(snapshot, group);
  const outside =
    !holder &&
    match.host !== null &&
    match.host.includes('.') &&
    !resolveHost(snapshot, match.host, pod.metadata.namespace ?? '');
  const subject: Subject =
    holder?.subject ?? (outside ? { kind: 'ExternalService', name: match.host ?? '' } : group.subject);
  const early = /is before|not yet valid exception|NotYetValid|certificate is not yet valid|CERT_NOT_YET_VALID/i.test(
    match.text,
  );
  const said = quote(citeHit(group.entries[0]), match.text);
  return logFinding(group, {
    code: EXPIRED,
    category: 'certificate-expired',
    strength: early ? 0.7 : holder ? 0.92 : 0.85,
    subject,
    aliases: holder ? holder.aliases : outside ? [group.subject] : undefined,
    affects: [group.subject],
    says: `${formatSubject(group.subject)} fails on a certificate that is ${early ? 'not valid yet' : 'no longer valid'}${target(match)}${holder ? `, ${holder.words}` : ''}${said === '' ? '' : `: ${said}`}`,
    evidence: holder?.evidence ?? [],
    remediation: [
      edit('renew-certificate', 'R2', `Renew the certificate of ${formatSubject(subject)}`, ['Its issuer works']),
    ],
  });
}

function target({ host, side }: CertificateError): string {
  return side === 'peer' && host !== null ? ` (of \`${host}\`)` : '';
}

function ofUntrusted(snapshot: Snapshot, group: Group): Finding {
  const [hit] = group.entries;
  const { match, since } = hit;
  const holder = holderOf(snapshot, group);
  const trust = changedTrust(snapshot, group);
  const rotated = holder && holder.subject.kind !== 'Service' ? lastChange(snapshot, holder.subject, since) : undefined;
  const isName = match.fault === 'name';
  // A wrong name lies in the certificate; an unknown issuer in what the caller trusts, unless the certificate was just replaced.
  const subject = isName && holder ? holder.subject : (trust?.subject ?? group.subject);
  const change = trust?.suspect ?? rotated;
  const said = quote(citeHit(hit), match.text);
  return logFinding(group, {
    code: UNTRUSTED,
    category: 'certificate-untrusted',
    strength: change ? 0.9 : 0.82,
    subject,
    aliases: [...(holder?.aliases ?? []), ...(holder ? [holder.subject] : []), group.subject],
    affects: [group.subject],
    ...(rotated && holder ? { actor: holder.subject } : {}),
    says: `${formatSubject(group.subject)} refuses a certificate${target(match)} ${isName ? 'that is for another name' : 'whose issuer it does not trust'}${holder ? `, ${holder.words}` : ''}${said === '' ? '' : `: ${said}`}`,
    evidence: [...(holder?.evidence ?? []), ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      isName
        ? edit('renew-certificate', 'R2', `Issue a certificate for the name that is called`)
        : {
            action: 'restart',
            risk: 'R2',
            statement: `Give ${formatSubject(group.subject)} the issuer's current certificate and restart it`,
            preconditions: ['The new issuer is meant'],
            undo: 'Restore the former bundle',
          },
    ],
  });
}

/** A mounted bundle of trusted issuers that was changed before the failures. */
function changedTrust(snapshot: Snapshot, group: Group): { subject: Subject; suspect: Suspect } | null {
  const [{ pod, since }] = group.entries;
  for (const { kind, name } of configNamesOf(pod)) {
    if (!/\bca\b|ca[-_.]|[-_.]ca\b|trust|bundle|root/i.test(name)) continue;
    const subject: Subject = { kind, namespace: pod.metadata.namespace ?? '', name };
    const suspect = lastChange(snapshot, subject, since);
    if (suspect) return { subject, suspect };
  }
  return null;
}
