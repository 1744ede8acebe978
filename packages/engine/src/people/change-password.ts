import { passwordWeakness } from '@headwater/core/access/rules.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import { audit } from './audit.ts';
import { ownUser } from './me.ts';
import { countTry, forgiveTry, triedBy } from './throttle.ts';

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Changes the caller's own password and ends their other sessions; a wrong current password counts as a failed sign-in. */
export async function changePassword(
  ctx: VerbContext,
  people: PeopleServices,
  { currentPassword, newPassword }: ChangePasswordInput,
): Promise<void> {
  const user = await ownUser(ctx);
  const tried = triedBy(ctx, people.secrets, user.login);
  await countTry(ctx, tried);
  const { matches } = await people.passwords.verify(currentPassword, user.passwordHash);
  if (!matches) throw refused('/currentPassword', 'the current password is wrong');
  await forgiveTry(ctx, tried);
  if (newPassword === currentPassword) throw refused('/newPassword', 'the new password is the current one');
  requireStrong(newPassword, user.login, '/newPassword');
  const passwordHash = await people.passwords.hash(newPassword);
  await ctx.store.transaction(async (tx) => {
    const now = ctx.now();
    await tx.users.update(user.id, { passwordHash, mustChangePassword: false }, { now });
    await tx.sessions.revoke({ userId: user.id, except: ctx.actor.sessionId }, { now, reason: 'password changed' });
    await audit.append(tx, ctx, { action: 'user.change-password', targetKind: 'user', targetId: user.id });
  });
}

/** Throws `invalid` with the pointer when a password is too weak for its login. */
export function requireStrong(password: string, login: string, pointer = '/password'): void {
  const weakness = passwordWeakness(password, login);
  if (weakness !== null) throw refused(pointer, `the password is too weak: ${weakness}`);
}

function refused(pointer: string, detail: string): AppError {
  return new AppError('invalid', detail, { details: { errors: [{ pointer, detail }] } });
}
