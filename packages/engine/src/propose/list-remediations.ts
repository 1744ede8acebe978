import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { RemediationRow } from '../ports/store/remediations.ts';

/** Every plan made for an incident, newest first. */
export async function listRemediations(ctx: VerbContext, incidentId: string): Promise<readonly RemediationRow[]> {
  const incident = await ctx.store.incidents.get(incidentId);
  if (!incident) throw new AppError('not_found', `no incident ${incidentId}`);
  authorize(ctx.actor, 'incidents.read', { ...incident, label: `incident ${incidentId}` });
  return ctx.store.remediations.list(incidentId);
}
