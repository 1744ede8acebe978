import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';

/** A person asks for a new analysis of an incident: it is queued, and written when it says something new. False when one waits already. */
export async function requestDiagnosis(ctx: VerbContext, incidentId: string): Promise<{ readonly queued: boolean }> {
  const incident = await ctx.store.diagnoses.incident(incidentId);
  const label = `incident ${incidentId}`;
  if (!incident) throw new AppError('not_found', `no ${label}`);
  const { cluster, namespaces } = incident;
  authorize(ctx.actor, 'incidents.write', { label, cluster, namespaces });
  if (incident.mergedInto)
    throw new AppError('conflict', `incident ${incidentId} was merged into ${incident.mergedInto}; analyse that one`, {
      details: { mergedInto: incident.mergedInto },
    });
  return ctx.store.transaction(async (tx) => {
    const queued = await tx.jobs.send('diagnose', { incidentId, requestedBy: ctx.actor.name }, { key: incidentId });
    await audit.append(tx, ctx, {
      action: 'incident.analyze',
      targetKind: 'incident',
      targetId: incidentId,
      cluster,
      namespaces,
      after: { queued },
    });
    return { queued };
  });
}
