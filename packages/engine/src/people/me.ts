import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { User, UserChanges } from '../ports/store/users.ts';
import { audit } from './audit.ts';

/** The caller's own account; `forbidden` for programs. */
export async function ownUser(ctx: VerbContext): Promise<User> {
  if (ctx.actor.kind !== 'user') throw new AppError('forbidden', 'an API token has no account of its own');
  const user = await ctx.store.users.byId(ctx.actor.id);
  if (!user) throw new AppError('unauthenticated', 'this account is gone');
  return user;
}

/** Changes the caller's own name or language. */
export async function editMe(ctx: VerbContext, changes: Pick<UserChanges, 'displayName' | 'language'>): Promise<User> {
  const before = await ownUser(ctx);
  return ctx.store.transaction(async (tx) => {
    const after = await tx.users.update(before.id, changes, { now: ctx.now() });
    if (!after) throw new AppError('not_found', 'this account is gone');
    await audit.append(tx, ctx, {
      action: 'user.edit-own',
      targetKind: 'user',
      targetId: before.id,
      before: { displayName: before.displayName, language: before.language },
      after: { displayName: after.displayName, language: after.language },
    });
    return after;
  });
}
