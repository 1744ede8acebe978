import { SECOND, type Millis } from '@headwater/core/time.ts';
import type { Repositories } from '../ports/store.ts';

/** Alerts of one fault arrive in a burst; what comes within this time of each other is diagnosed once. */
export const BURST_MS = 4 * SECOND;

/** Asks for the diagnosis of an incident whose alerts changed: at once when it is new, else once per burst. Part of the caller's transaction. */
export async function scheduleDiagnosis(
  tx: Pick<Repositories, 'jobs'>,
  { incidentId, isNew, now }: { readonly incidentId: string; readonly isNew: boolean; readonly now: Millis },
): Promise<void> {
  const options = isNew ? { key: incidentId } : { key: incidentId, startAfter: now + BURST_MS };
  await tx.jobs.send('diagnose', { incidentId }, options);
}
