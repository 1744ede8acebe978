import type { VerbContext } from '../context.ts';
import type { Incident } from '../ports/store/incidents.ts';
import { changeIncident, type IncidentTarget } from './change-incident.ts';

/** Gives an incident to a person by login, or to nobody. */
export function assignIncident(
  ctx: VerbContext,
  input: IncidentTarget & { readonly assignee: string | null },
): Promise<Incident> {
  return changeIncident(ctx, { ...input, action: 'assign' }, (incident) => ({
    changes: { assignee: input.assignee },
    event: { kind: 'incident.assigned', payload: { from: incident.assignee, to: input.assignee } },
  }));
}
