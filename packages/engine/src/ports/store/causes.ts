import type { CausePeer } from '@headwater/core/grouping/same-cause.ts';

/** Incidents by what their latest analysis blames. */
export interface CausesRepository {
  /** The incident itself first, then others of its cluster that are not over and blame the same object for the same; empty when it has no cause. */
  peers(incidentId: string): Promise<readonly CausePeer[]>;
}
