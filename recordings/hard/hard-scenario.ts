import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Scenario } from '../scenario.ts';

/** What the hard set tries an engine with. */
export const THEMES = [
  'red-herring',
  'misleading-alert',
  'two-faults',
  'other-namespace',
  'older-than-events',
  'evidence-gone',
  'recovered',
  'healthy-but-noisy',
  'injection',
  'unprovable',
] as const;
export type Theme = (typeof THEMES)[number];

/** A scenario that was made to lead astray. */
export interface HardScenario extends Scenario {
  readonly theme: Theme;
  /** Other verdicts that are as honest as the expected one; none of them names a cause. */
  readonly accepts?: readonly Extract<Diagnosis['verdict'], 'no-fault' | 'insufficient-evidence'>[];
}
