import { parseTime } from '@headwater/core/time.ts';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeChange } from '@headwater/diagnosis/evidence/cite.ts';
import { evidenceId } from '@headwater/diagnosis/evidence/evidence.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { EvidenceDraft } from './draft.ts';

/** The changes a diagnosis lists, each with its whole difference: versions are forgotten long before incidents are. */
export function changeEvidence(snapshot: Snapshot, { changes }: Diagnosis): EvidenceDraft[] {
  return changes.flatMap(({ id }) => {
    const change = snapshot.changes.get(id);
    if (!change) return [];
    const evidence = citeChange(change);
    const { kind, source, subject, time, text, query, redacted } = evidence;
    return [
      {
        id: evidenceId(evidence),
        kind,
        source,
        subject: subject ?? null,
        namespace: subject?.namespace ?? null,
        observedAt: time === undefined ? null : parseTime(time),
        text,
        query,
        redacted,
        content: change.diff.length === 0 ? null : change.diff,
      },
    ];
  });
}
