import { DAY, HOUR, type Millis } from '../time.ts';

/** How long each kind of record is kept after it is over, in milliseconds; null keeps it for ever. */
export interface RetentionPeriods {
  /** Resolved incidents with their alerts' episodes, evidence, diagnoses and timeline. */
  readonly incidents: number | null;
  /** Events of no incident, and the answers kept for repeated requests never longer than their own time. */
  readonly events: number | null;
  readonly audit: number | null;
  /** Versions of objects, but the newest of each that is still there. */
  readonly journal: number | null;
  /** Versions of one object, whatever their age. */
  readonly journalVersions: number;
}

/** What is older than these may go; null when nothing of the kind may. */
export interface RetentionCutoffs {
  readonly incidents: Millis | null;
  readonly events: Millis | null;
  readonly audit: Millis | null;
  readonly journal: Millis | null;
  /** Contents of the journal that nothing refers to: a writer may be about to. */
  readonly journalContents: Millis;
  /** Sessions that ended, sign-in throttles: nobody asks for them later. */
  readonly sessions: Millis;
  /** Answers kept under idempotency keys. */
  readonly answers: Millis;
}

const SESSIONS_KEPT = 30 * DAY;
const ANSWERS_KEPT = 2 * DAY;

/** The moments before which records may be deleted. */
export function retentionCutoffs(periods: RetentionPeriods, now: Millis): RetentionCutoffs {
  const before = (period: number | null): Millis | null => (period === null ? null : now - period);
  return {
    incidents: before(periods.incidents),
    events: before(periods.events),
    audit: before(periods.audit),
    journal: before(periods.journal),
    journalContents: now - HOUR,
    sessions: now - SESSIONS_KEPT,
    answers: now - ANSWERS_KEPT,
  };
}
