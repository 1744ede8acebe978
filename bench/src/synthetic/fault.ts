import type { Scenario } from '../../../recordings/scenario.ts';

/** The sources an arm may take away, one at a time. */
export const ARM_SOURCES = ['events', 'logs', 'metrics', 'traces'] as const;
export type ArmSource = (typeof ARM_SOURCES)[number];

/** One fault of the catalog as a scenario that any seed can build. */
export interface Fault {
  /** Its code in the catalog, `P03`; variants of one code carry a suffix, `P10-port`. */
  readonly code: string;
  /** What it is called, in the field's words. */
  readonly name: string;
  /** Codes of the faults it is easily taken for; a code without suffix means each of its variants. */
  readonly lookAlikes: readonly string[];
  readonly scenario: Scenario;
}
