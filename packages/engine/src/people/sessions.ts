import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { SessionToken } from '../ports/store/sessions.ts';
import { audit } from './audit.ts';

/** The caller's own sessions that are still good, newest first. */
export async function listSessions(ctx: VerbContext): Promise<readonly SessionToken[]> {
  return ctx.store.sessions.live(ctx.actor.id, ctx.now());
}

/** Ends one of the caller's own sessions. */
export async function revokeSession(ctx: VerbContext, id: string): Promise<void> {
  await ctx.store.transaction(async (tx) => {
    const session = await tx.sessions.current(id);
    if (!session || session.userId !== ctx.actor.id) throw new AppError('not_found', `no session ${id} of yours`);
    await tx.sessions.revoke({ family: id }, { now: ctx.now(), reason: 'revoked by its owner' });
    await audit.append(tx, ctx, { action: 'session.revoke', targetKind: 'session', targetId: id });
  });
}
