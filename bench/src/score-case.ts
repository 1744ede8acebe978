import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { scoreDiagnosis } from '@headwater/engine/bench/score-recording.ts';
import { type CaseResult, confidenceOf, type Expectation } from './suite.ts';

const AMONG = 3;

/** What a case is called and how its diagnosis was made. */
type CaseFrame = Pick<CaseResult, 'id' | 'group' | 'arm' | 'ms'>;

interface Judged {
  readonly diagnosis: Diagnosis;
  readonly snapshot: Snapshot;
  readonly expected: ExpectedDiagnosis;
}

/** Scores a diagnosis against an expectation in the recording format. */
export function caseResult({ diagnosis, snapshot, expected }: Judged, frame: CaseFrame): CaseResult {
  const rightFrom = (place: number): boolean =>
    scoreDiagnosis({ ...diagnosis, causes: diagnosis.causes.slice(place) }, expected, (subject) =>
      snapshot.owners.chain(subject),
    ).right;
  const [first] = diagnosis.causes;
  const right = rightFrom(0);
  return {
    ...frame,
    expects: expectationOf(expected),
    truth: expected.category.join(', ') || expected.verdict,
    answer: first ? `${first.category} @ ${formatSubject(first.subject)}` : diagnosis.verdict,
    verdict: diagnosis.verdict,
    right,
    third: right || diagnosis.causes.slice(1, AMONG).some((_, index) => rightFrom(index + 1)),
    confidence: confidenceOf(diagnosis),
  };
}

/** What a ground truth lets anybody prove. */
export function expectationOf({ verdict }: ExpectedDiagnosis): Expectation {
  if (verdict === 'no-fault') return 'healthy';
  return verdict === 'insufficient-evidence' ? 'unprovable' : 'cause';
}
