import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Puts a hidden incident back into the lists. */
export function unhideIncident(ctx: VerbContext, input: IncidentTarget): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'unhide' }, () => ({
    changes: { hidden: false },
    event: { kind: 'incident.hidden', payload: { hidden: false } },
  }));
}
