import type { DecidedBy, RemediationState, RemediationStatus } from '@headwater/core/remediation/decide.ts';
import type { Plan } from '@headwater/core/remediation/plan.ts';
import type { Millis } from '@headwater/core/time.ts';

/** A plan for an incident and what was decided about it. */
export interface RemediationRow extends RemediationState {
  readonly id: string;
  readonly incidentId: string;
  readonly plan: Plan;
  readonly executedBy: DecidedBy | null;
  readonly startedAt: Millis | null;
  readonly finishedAt: Millis | null;
  /** What came of it, or why it was turned down. */
  readonly outcome: string | null;
}

export interface RemediationStep {
  readonly from: RemediationStatus;
  readonly to: RemediationStatus;
  readonly by?: DecidedBy;
  readonly outcome?: string;
  readonly now: Millis;
}

export interface RemediationRepository {
  /** False when the same plan of the incident is on its way already. */
  insert(row: RemediationRow): Promise<boolean>;
  get(id: string): Promise<RemediationRow | null>;
  /** Newest first. */
  list(incidentId: string): Promise<readonly RemediationRow[]>;
  /** Moves a request on if it still is where the step begins: of two callers one gets true. */
  move(id: string, step: RemediationStep): Promise<boolean>;
  /** Requests whose run began before a time and never ended. */
  abandon(startedBefore: Millis, now: Millis): Promise<number>;
}
