import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { edit } from '../_shared/remedies.ts';
import { type SpanError, spanErrors } from '../_shared/span-errors.ts';
import { lastChange } from '../_shared/suspect-change.ts';
import { holderOfHost } from './holder.ts';
import { type CertificateError, readCertificateError } from './patterns.ts';

/** Refused certificates that only the spans of the callers tell of. */
export function fromSpans(snapshot: Snapshot, codes: { expired: string; untrusted: string }): Finding[] {
  return spanErrors(snapshot, readCertificateError).map((error) => report(snapshot, error, codes));
}

function report(
  snapshot: Snapshot,
  { match, subject, span, host: peer, evidence }: SpanError<CertificateError>,
  codes: { expired: string; untrusted: string },
): Finding {
  const host = match.host ?? peer;
  const holder = host === null ? null : holderOfHost(snapshot, host, subject.namespace ?? '');
  const expired = match.fault === 'expired';
  const change = holder ? lastChange(snapshot, holder.subject, span.start) : undefined;
  const faulty: Subject = (expired || match.fault === 'name') && holder ? holder.subject : subject;
  const others = [subject, ...(holder ? [holder.subject, ...holder.aliases] : [])];
  const what = {
    expired: 'that is no longer valid',
    untrusted: 'whose issuer it does not trust',
    name: 'that is for another name',
  };
  return {
    code: expired ? codes.expired : codes.untrusted,
    subject: faulty,
    category: expired ? 'certificate-expired' : 'certificate-untrusted',
    role: 'cause',
    layer: 'state',
    strength: holder ? 0.8 : 0.7,
    statement: `${formatSubject(subject)} refuses a certificate ${what[match.fault]}${holder ? `, ${holder.words}` : ''}: \`${match.text.slice(0, 100)}\``,
    evidence: [...evidence, ...(holder?.evidence ?? []), ...(change && !expired ? [change.evidence] : [])],
    aliases: others.filter((other) => subjectKey(other) !== subjectKey(faulty)),
    affects: [subject],
    ...(change && !expired ? { change: change.change.id } : {}),
    since: null,
    remediation: [
      edit(
        'renew-certificate',
        'R2',
        expired ? `Renew the certificate of ${formatSubject(faulty)}` : 'Give both sides the same issuer',
        ['Its issuer works'],
      ),
    ],
  };
}
