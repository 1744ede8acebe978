import { scopeOf } from '@headwater/core/access/permissions.ts';
import type { VerbContext } from '../context.ts';
import type { Maintenance } from '../ports/store/maintenance.ts';

export interface MaintenanceQuery {
  /** Only those running now. */
  readonly active: boolean;
  /** The last id of the page before. */
  readonly before: string | null;
  readonly limit: number;
}

/** The maintenances the actor may see, newest first: those that reach nothing beyond what the actor reads. */
export function listMaintenances(ctx: VerbContext, query: MaintenanceQuery): Promise<readonly Maintenance[]> {
  return ctx.store.maintenance.list({
    scope: scopeOf(ctx.actor, 'incidents.read'),
    activeAt: query.active ? ctx.now() : undefined,
    before: query.before,
    limit: query.limit,
  });
}
