import { scopeOf } from '@headwater/core/access/permissions.ts';
import type { VerbContext } from '../context.ts';
import type { ChangeFilter, ChangePosition, JournalChange } from '../ports/store/journal.ts';
import { type PageOf, pageOf } from './page.ts';

export interface ChangesPage {
  readonly after: ChangePosition | null;
  readonly limit: number;
}

/** What changed in the places the actor may see, newest first. */
export async function listChanges(
  ctx: VerbContext,
  filter: Omit<ChangeFilter, 'scope'>,
  { after, limit }: ChangesPage,
): Promise<PageOf<JournalChange, ChangePosition>> {
  const scope = scopeOf(ctx.actor, 'incidents.read');
  const rows = await ctx.store.journal.list({ ...filter, scope }, { after, limit: limit + 1 });
  return pageOf(rows, limit, ({ at, id }) => ({ at, id }));
}
