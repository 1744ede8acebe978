import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Takes an acknowledgement back: nobody works on the incident. */
export function unacknowledgeIncident(ctx: VerbContext, input: IncidentTarget): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'unacknowledge' }, () => ({
    changes: { status: 'open', acknowledgedAt: null, acknowledgedBy: null },
    event: { kind: 'incident.acknowledged', payload: { acknowledged: false } },
  }));
}
