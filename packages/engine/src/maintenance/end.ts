import { EVERYWHERE } from '@headwater/core/access/actor.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';
import type { Maintenance } from '../ports/store/maintenance.ts';

const UNMUTED_AT_ONCE = 10_000;

/** Ends a maintenance before its time; alerts it muted that still fire are correlated now. */
export async function endMaintenance(
  ctx: VerbContext,
  input: { readonly maintenanceId: string },
): Promise<Maintenance> {
  return ctx.store.transaction(async (tx) => {
    const label = `maintenance ${input.maintenanceId}`;
    const found = await tx.maintenance.get(input.maintenanceId);
    if (!found) throw new AppError('not_found', `no ${label}`);
    const { id: targetId, cluster, namespaces } = found;
    authorize(ctx.actor, 'maintenance.write', { label, cluster: cluster ?? EVERYWHERE, namespaces });
    const now = ctx.now();
    if (!(await tx.maintenance.end(found.id, now, ctx.actor.name)))
      throw new AppError('conflict', `${label} has ended already`);
    await tx.correlation.unmute(now, UNMUTED_AT_ONCE);
    const ended = { endedAt: now, endedBy: ctx.actor.name };
    const written = { action: 'maintenance.end', targetKind: 'maintenance', targetId, cluster, namespaces };
    await audit.append(tx, ctx, { ...written, before: { endsAt: found.endsAt }, after: ended });
    return { ...found, ...ended };
  });
}
