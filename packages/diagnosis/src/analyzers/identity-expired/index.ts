import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { edit } from '../_shared/remedies.ts';
import { type SpanError, spanErrors } from '../_shared/span-errors.ts';
import { lastChange } from '../_shared/suspect-change.ts';

const CODE = 'identity/expired';

/** Workloads whose own token, role or key towards a cloud or the API server is expired or no longer accepted. */
export const analyzer: Analyzer = {
  name: 'identity-expired',
  codes: { [CODE]: 'The token, role or key a workload uses to identify itself is expired or no longer accepted.' },
  reads: ['Pod', 'Deployment', 'ServiceAccount', 'logs', 'traces'],
  analyze(snapshot) {
    const told = groupByRoot(snapshot, logHits(snapshot, read)).map((group) => report(snapshot, group));
    return told.length > 0 ? told : spanErrors(snapshot, read).map(reportSpan);
  },
};

interface Expired extends LogMatch {
  readonly text: string;
}

// A user's session that expired is everyday business; these speak of the program's own identity.
const PATTERNS =
  /ExpiredToken(?:Exception)?[^"\\]{0,100}|security token included in the request is (?:expired|invalid)|InvalidIdentityToken[^"\\]{0,80}|Not authorized to perform sts:AssumeRoleWithWebIdentity|iam\.serviceAccounts\.getAccessToken[^"\\]{0,80}|Unable to acquire impersonated credentials|The (?:provided|specified) token (?:has|is) expired|invalid_grant[^"\\]{0,80}|AADSTS(?:7000222|7000215|70021\d?|700082|70043|700024|700016)[^"\\]{0,80}|client secret keys? .{0,60}expired|(?:application default |service account )credentials (?:have |has |are )?expired|oauth2: (?:cannot fetch token|token expired)[^"\\]{0,80}|service account token [^"\\]{0,60}(?:token is expired|has expired)|when retrieving credentials from [\w-]+: [^"\\]{0,120}expired|the server has asked for the client to provide credentials|refresh token (?:has|is) expired|(?:api|access) key (?:has |is )(?:expired|revoked)|InvalidClientTokenId[^"\\]{0,60}|UnrecognizedClientException[^"\\]{0,60}|licen[cs]e (?:has |is )?expired/i;

function read(line: string): Expired | null {
  const text = PATTERNS.exec(line)?.[0];
  return text ? { key: 'identity', text } : null;
}

function reportSpan({ subject, match, evidence }: SpanError<Expired>): Finding {
  return {
    code: CODE,
    subject,
    category: 'identity-expired',
    role: 'cause',
    layer: 'state',
    strength: 0.8,
    statement: `${formatSubject(subject)} is no longer accepted under its own identity: \`${match.text.slice(0, 100)}\``,
    evidence,
    remediation: remedies(subject),
  };
}

function report(snapshot: Snapshot, group: PodGroup<LogHit<Expired>>): Finding {
  const [hit] = group.entries;
  const { pod, match, since } = hit;
  const name = pod.spec?.serviceAccountName;
  const account = name ? snapshot.objects.get('ServiceAccount', pod.metadata.namespace, name) : undefined;
  const change = account
    ? lastChange(
        snapshot,
        { kind: 'ServiceAccount', namespace: pod.metadata.namespace ?? '', name: account.metadata.name },
        since,
      )
    : undefined;
  const said = quote(citeHit(hit), match.text);
  return logFinding(group, {
    code: CODE,
    category: 'identity-expired',
    strength: change ? 0.9 : 0.85,
    says: `${formatSubject(group.subject)} is no longer accepted under its own identity${said === '' ? '' : `: ${said}`}`,
    evidence: [...(account ? [citeField(account, 'metadata.annotations')] : []), ...(change ? [change.evidence] : [])],
    aliases: account
      ? [{ kind: 'ServiceAccount', namespace: pod.metadata.namespace ?? '', name: account.metadata.name }]
      : undefined,
    ...(change ? { change: change.change.id } : {}),
    remediation: remedies(group.subject),
  });
}

function remedies(subject: Subject): Finding['remediation'] {
  return [
    {
      action: 'restart',
      risk: 'R1',
      statement: `Restart ${formatSubject(subject)} so that it fetches a new token`,
      preconditions: ['The identity provider still trusts the workload'],
      undo: 'None needed',
    },
    edit('restore-identity', 'R2', `Restore the role annotation or renew the key of ${formatSubject(subject)}`),
  ];
}
