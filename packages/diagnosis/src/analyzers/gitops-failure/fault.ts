import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';

/** What is wrong with one GitOps object. */
export interface GitopsFault {
  readonly code: string;
  readonly says: string;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly strength: number;
  readonly blames: readonly Subject[];
  readonly since: Millis | null;
}
