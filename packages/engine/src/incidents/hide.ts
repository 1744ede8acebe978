import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Takes an incident out of the lists; it stays reachable and correlation still finds it. */
export function hideIncident(ctx: VerbContext, input: IncidentTarget): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'hide' }, () => ({
    changes: { hidden: true },
    event: { kind: 'incident.hidden', payload: { hidden: true } },
  }));
}
