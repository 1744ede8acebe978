import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type LogMatch, quote } from '../_shared/log-hits.ts';
import { rollback } from '../_shared/remedies.ts';
import { spanErrors } from '../_shared/span-errors.ts';
import { suspectChange } from '../_shared/suspect-change.ts';

/** Structures that are not there as the spans of the programs tell it; those whose logs tell it are left out. */
export function mismatchSpans(
  snapshot: Snapshot,
  read: (text: string) => (LogMatch & { readonly text: string }) | null,
  known: ReadonlySet<string>,
): Finding[] {
  return spanErrors(snapshot, read)
    .filter(({ subject }) => !known.has(subjectKey(subject)))
    .map(({ subject, match, evidence, span }): Finding => {
      const change = suspectChange(snapshot, subject, /image|env|args|command/, span.start);
      const said = quote(evidence, match.text);
      return {
        code: 'database/schema-mismatch',
        subject,
        category: 'schema-mismatch',
        role: 'cause',
        layer: 'state',
        strength: change ? 0.84 : 0.78,
        statement: `${formatSubject(subject)} expects a structure its data service does not have${said === '' ? '' : `: ${said}`}`,
        evidence: [...evidence, ...(change ? [change.evidence] : [])],
        ...(change ? { change: change.change.id } : {}),
        since: span.start,
        remediation: rollback(subject),
      };
    });
}
