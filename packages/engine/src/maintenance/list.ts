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

/** One page of the maintenances that reach nothing beyond what the actor reads, newest first. */
export async function listMaintenances(
  ctx: VerbContext,
  { active, before, limit }: MaintenanceQuery,
): Promise<{ readonly items: readonly Maintenance[]; readonly next: string | null }> {
  const found = await ctx.store.maintenance.list({
    scope: scopeOf(ctx.actor, 'incidents.read'),
    activeAt: active ? ctx.now() : undefined,
    before,
    limit: limit + 1,
  });
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}
