import { allows } from '@headwater/core/access/permissions.ts';
import { placeOfTarget } from '@headwater/core/remediation/plan.ts';
import type { VerbContext } from '../context.ts';
import type { RemediationRow } from '../ports/store/remediations.ts';
import { findIncident } from '../views/incidents.ts';

/** The plans made for an incident, newest first; those for objects the actor may not see are left out. */
export async function listRemediations(ctx: VerbContext, incidentId: string): Promise<readonly RemediationRow[]> {
  const { id } = await findIncident(ctx, incidentId);
  const rows = await ctx.store.remediations.list(id);
  return rows.filter(({ plan }) => allows(ctx.actor, 'incidents.read', placeOfTarget(plan.target)).allowed);
}
