import { allows, scopeOf } from '@headwater/core/access/permissions.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { AuditEntry, AuditFilter } from '../ports/store/audit.ts';

export type AuditQuestion = Omit<AuditFilter, 'scope'>;

/** One page of the audit, newest first, of the places the caller may audit. */
export async function listAudit(
  ctx: VerbContext,
  question: AuditQuestion,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<{ readonly items: readonly AuditEntry[]; readonly next: number | null }> {
  const decision = allows(ctx.actor, 'audit.read');
  if (!decision.allowed) throw new AppError('forbidden', decision.reason);
  const filter = { ...question, scope: scopeOf(ctx.actor, 'audit.read') };
  const found = await ctx.store.audit.list(filter, { before, limit: limit + 1 });
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
}

const BATCH = 500;

/** Every row of the audit that answers the question, newest first, read in pages. */
export async function* exportAudit(ctx: VerbContext, question: AuditQuestion): AsyncGenerator<readonly AuditEntry[]> {
  let before: number | null = null;
  do {
    const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(ctx, question, { before, limit: BATCH });
    yield page.items;
    before = page.next;
  } while (before !== null);
}
