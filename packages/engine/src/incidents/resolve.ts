import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Ends an incident by a person's word. Its alerts stay in it, also those that still fire. */
export function resolveIncident(
  ctx: VerbContext,
  input: IncidentTarget & { readonly reason?: string | undefined },
): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'resolve' }, (incident, now) => {
    const reason = input.reason ?? '';
    return {
      changes: {
        status: 'resolved',
        resolvedAt: now,
        resolvedBy: ctx.actor.name,
        resolveReason: reason,
        snoozedUntil: null,
        diagnosisState: 'pending',
      },
      event: {
        kind: 'incident.resolved',
        payload: { by: 'person', reason, firingCount: incident.firingCount },
      },
      also: async (tx) => {
        await tx.incidents.closeKeys([incident.id]);
        await tx.jobs.send('diagnose', { incidentId: incident.id }, { key: incident.id });
      },
    };
  });
}
