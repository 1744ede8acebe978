import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import type { HardScenario } from './hard-scenario.ts';

/** The expectation a diagnosis is held to: that of its own verdict when the scenario takes that one for as honest. */
export function expectationFor(
  { accepts = [] }: HardScenario,
  expected: ExpectedDiagnosis,
  { verdict }: Diagnosis,
): ExpectedDiagnosis {
  return accepts.some((accepted) => accepted === verdict) ? { ...expected, verdict } : expected;
}

/** Whether a diagnosis claims a cause where there is none to be proven; a low guess told as a guess is no claim. */
export function fabricates({ verdict, causes }: Diagnosis, expected: ExpectedDiagnosis): boolean {
  if (expected.verdict === 'cause' || expected.verdict === 'ambiguous') return false;
  return verdict === 'cause' || verdict === 'ambiguous' || causes.some(({ confidence }) => confidence.band !== 'low');
}
