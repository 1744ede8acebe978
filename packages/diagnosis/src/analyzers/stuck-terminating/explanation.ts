import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';

/** Why a deletion does not end. */
export interface Explanation {
  readonly code: string;
  readonly text: string;
  readonly strength: number;
  readonly evidence: readonly Evidence[];
  /** Set when the reason lies elsewhere. */
  readonly blames: readonly Subject[];
}
