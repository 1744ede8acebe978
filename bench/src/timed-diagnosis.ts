import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot, type Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { SuiteOptions } from './suite.ts';

/** A diagnosis, what it was made of, and the milliseconds that both took. */
export interface TimedDiagnosis {
  readonly snapshot: Snapshot;
  readonly diagnosis: Diagnosis;
  readonly ms: number;
}

/** Indexes and diagnoses an input by the clock of a run. */
export function timedDiagnosis(
  input: SnapshotInput,
  { version, clock }: Pick<SuiteOptions, 'version' | 'clock'>,
): TimedDiagnosis {
  const start = clock();
  const snapshot = buildSnapshot(input);
  const diagnosis = diagnoseSnapshot(snapshot, { version });
  return { snapshot, diagnosis, ms: clock() - start };
}
