import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import type { Expected } from './scenario.ts';

interface CauseExpectation {
  readonly causes: ExpectedDiagnosis['causes'];
  readonly category: Category[];
  readonly keywords?: string[][];
  readonly not?: ExpectedDiagnosis['not'];
  readonly remediation?: string[];
  readonly allCauses?: boolean;
}

/** The ground truth of a fault that can be found. */
export function causeIs(expectation: CauseExpectation): Expected {
  return { verdict: 'cause', ...expectation };
}
