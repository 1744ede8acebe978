import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Says that the actor has seen an open incident and works on it. */
export function acknowledgeIncident(ctx: VerbContext, input: IncidentTarget): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'acknowledge' }, (_incident, now) => ({
    changes: { status: 'acknowledged', acknowledgedAt: now, acknowledgedBy: ctx.actor.name },
    event: { kind: 'incident.acknowledged', payload: { acknowledged: true } },
  }));
}
