import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { telemetrySuspects } from '@headwater/diagnosis/suspects/suspects.ts';

/** Services in the order they are blamed: the causes of the diagnosis first, then by what their telemetry shows since the fault was injected. */
export function rankedServices(snapshot: Snapshot, diagnosis: Diagnosis, injected: number): string[] {
  const causes = diagnosis.verdict === 'cause' || diagnosis.verdict === 'ambiguous' ? diagnosis.causes : [];
  const subjects = [
    ...causes.map(({ subject }) => snapshot.owners.root(subject)),
    ...telemetrySuspects(snapshot, injected).map(({ subject }) => snapshot.owners.root(subject)),
  ];
  return [...new Set(subjects.map(({ name }) => name))];
}
