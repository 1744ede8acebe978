import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type CredentialError, readCredentialError } from '../_shared/credential-errors.ts';
import { type DataService, dataServiceOf } from '../_shared/dependencies.ts';
import { quote } from '../_shared/log-hits.ts';
import { rollback } from '../_shared/remedies.ts';
import { type SpanError, spanErrors } from '../_shared/span-errors.ts';

interface Denied {
  readonly error: SpanError<CredentialError>;
  readonly server: DataService | undefined;
}

/** Logins refused as the spans of the clients tell it; clients whose logs tell it are left out. */
export function deniedSpans(snapshot: Snapshot, known: ReadonlySet<string>): Finding[] {
  const denied = spanErrors(snapshot, readCredentialError)
    .filter(({ subject }) => !known.has(subjectKey(subject)))
    .map((error): Denied => {
      const { product } = error.match;
      return { error, server: product === null ? undefined : dataServiceOf(snapshot, error.subject, product) };
    });
  const byServer = Map.groupBy(denied, ({ error, server }) => subjectKey(server?.workload ?? error.subject));
  return [...byServer.values()].map(report);
}

function report(denied: Denied[]): Finding {
  const [first] = denied as [Denied, ...Denied[]];
  const clients = denied.map(({ error }) => error.subject);
  const { server } = first;
  // One client among others has wrong credentials; all of them at once were turned away by the server.
  const subject = server && clients.length > 1 ? server.workload : first.error.subject;
  const evidence = denied.flatMap(({ error }) => error.evidence);
  const said = quote(evidence, first.error.match.text);
  const who = clients.map(formatSubject).join(' and ');
  return {
    code: clients.length > 1 ? 'database/credentials-changed' : 'database/credentials-invalid',
    subject,
    category: 'credentials-invalid',
    role: 'cause',
    layer: 'state',
    strength: 0.78,
    statement: `${server ? formatSubject(server.workload) : 'the data service'} refuses the logins of ${who}${said === '' ? '' : ` (${said})`}`,
    evidence,
    affects: clients,
    remediation: clients.length > 1 ? [] : rollback(subject),
  };
}
