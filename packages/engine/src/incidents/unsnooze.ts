import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Wakes a snoozed incident. */
export function unsnoozeIncident(ctx: VerbContext, input: IncidentTarget): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'unsnooze' }, () => ({
    changes: { snoozedUntil: null },
    event: { kind: 'incident.snoozed', payload: { until: null, reason: null } },
  }));
}
