import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import { audit } from './audit.ts';
import type { CreatedUser } from './create-user.ts';
import { existingUser, withRoles } from './users.ts';

/** Gives a user a new one-time password and ends their sessions. */
export async function resetPassword(ctx: VerbContext, people: PeopleServices, id: string): Promise<CreatedUser> {
  authorize(ctx.actor, 'users.manage');
  await existingUser(ctx.store, id);
  const oneTimePassword = people.secrets.oneTimePassword();
  const passwordHash = await people.passwords.hash(oneTimePassword);
  return ctx.store.transaction(async (tx) => {
    const now = ctx.now();
    const user = await tx.users.update(id, { passwordHash, mustChangePassword: true }, { now });
    if (!user) throw new AppError('not_found', `no user ${id}`);
    await tx.sessions.revoke({ userId: id }, { now, reason: 'password reset' });
    await tx.users.clearThrottles([`login:${people.secrets.hashOf(user.login.toLowerCase())}`]);
    await audit.append(tx, ctx, { action: 'user.reset-password', targetKind: 'user', targetId: id });
    return { user: await withRoles(tx, user), oneTimePassword };
  });
}
