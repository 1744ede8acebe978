import { severityRank } from '@headwater/core/alert/severity.ts';
import type { Incident } from '../ports/store/incidents.ts';
import type { Joining } from './board.ts';

/** The alert that an incident is named after from now on; null while the one it has stays. */
export function newLead(stored: Incident | null, joined: readonly Joining[]): Joining | null {
  let lead: Joining | null = null;
  for (const one of joined) {
    if (lead === null || rankOf(one) > rankOf(lead)) lead = one;
  }
  if (lead === null || stored === null) return lead;
  // Only a graver alert takes the name, so that a title does not change with every alert that joins.
  return stored.severityBy === 'alerts' && rankOf(lead) > severityRank(stored.severity) ? lead : null;
}

function rankOf({ episode }: Joining): number {
  return severityRank(episode.row.severity);
}
