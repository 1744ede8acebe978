import { DAY, formatDuration, formatTime, type Millis, MINUTE } from '../time.ts';
import type { Availability } from './status.ts';

const SHORTEST = MINUTE;
const LONGEST = 30 * DAY;

/** Whether an incident may be snoozed until a moment; a snooze has an end, so that nothing is forgotten for good. */
export function decideSnooze(until: Millis, now: Millis): Availability {
  const length = until - now;
  if (length < SHORTEST)
    return {
      allowed: false,
      reason: `a snooze lasts at least ${formatDuration(SHORTEST)}, and ${formatTime(until)} is sooner`,
    };
  if (length > LONGEST) return { allowed: false, reason: `a snooze lasts at most ${formatDuration(LONGEST)}` };
  return { allowed: true, reason: `snoozed until ${formatTime(until)}` };
}

/** Why a snooze ends now, or null while it goes on: its time is over, or the incident got graver than when it was snoozed. */
export function snoozeEnd(
  incident: { readonly snoozedUntil: Millis | null },
  now: Millis,
  becameGraver: boolean,
): string | null {
  if (incident.snoozedUntil === null) return null;
  if (becameGraver) return 'the incident became graver';
  return incident.snoozedUntil <= now ? 'its time is over' : null;
}
