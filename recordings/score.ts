import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import type { SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { indexObjects } from '@headwater/diagnosis/snapshot/objects.ts';
import { indexOwners } from '@headwater/diagnosis/snapshot/owners.ts';
import { type RecordingScore, scoreDiagnosis } from '@headwater/engine/bench/score-recording.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import type { Variant } from './scenario.ts';

export interface ScoredVariant {
  readonly input: SnapshotInput;
  readonly diagnosis: Diagnosis;
  readonly score: RecordingScore;
}

/** Diagnoses a variant in memory and scores it. */
export function scoreVariant(variant: Variant): ScoredVariant {
  const input = worldToInput(variant.world);
  const diagnosis = diagnose(input, { version: 'corpus' });
  const owners = indexOwners(indexObjects(input.objects, input.coverage));
  const score = scoreDiagnosis(diagnosis, ExpectedDiagnosis.parse(variant.expected), (subject) =>
    owners.chain(subject),
  );
  return { input, diagnosis, score };
}
