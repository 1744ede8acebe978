import { AppError } from '@headwater/core/errors.ts';
import { decideSnooze } from '@headwater/core/incident/snooze.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Puts an incident to sleep until a moment; it wakes sooner when it becomes graver. */
export function snoozeIncident(
  ctx: VerbContext,
  input: IncidentTarget & { readonly until: Millis; readonly reason?: string | undefined },
): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'snooze' }, (_incident, now) => {
    const decision = decideSnooze(input.until, now);
    if (!decision.allowed) throw new AppError('invalid', decision.reason, { details: { field: 'until' } });
    return {
      changes: { snoozedUntil: input.until },
      event: { kind: 'incident.snoozed', payload: { until: formatTime(input.until), reason: input.reason ?? null } },
    };
  });
}
