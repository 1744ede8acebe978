import { BURST_MS } from '../diagnose/schedule.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { ManyJob } from '../ports/jobs.ts';
import type { RollUp } from './roll-up.ts';

/** The diagnoses a batch asks for: new incidents at once, changed ones once per burst of alerts. */
export function diagnosisJobs(rollUps: readonly RollUp[], now: Millis): readonly ManyJob<'diagnose'>[] {
  return rollUps
    .filter(({ diagnose }) => diagnose)
    .map(({ row, incident }) => ({
      data: { incidentId: row.id },
      key: row.id,
      ...(incident.stored === null ? {} : { startAfter: now + BURST_MS }),
    }));
}
