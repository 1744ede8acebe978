import { EVERYWHERE, systemActor } from '@headwater/core/access/actor.ts';
import { LOGIN_PATTERN, passwordWeakness } from '@headwater/core/access/rules.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import { insertUser } from './create-user.ts';

/** What the configuration says of the first admin. */
export interface FirstAdminSettings {
  readonly login: string;
  /** Absent: a one-time password is made, which must be changed at the first sign-in. */
  readonly password?: string | undefined;
}

/** The first admin as it was made; `oneTimePassword` must be shown to whoever started the server, and is kept nowhere. */
export interface FirstAdmin {
  readonly login: string;
  readonly oneTimePassword: string | null;
}

/** Makes the first admin of an installation without users; null when there are users already. */
export async function createFirstAdmin(
  ctx: Omit<VerbContext, 'actor'>,
  people: PeopleServices,
  { login, password }: FirstAdminSettings,
): Promise<FirstAdmin | null> {
  if (await ctx.store.users.any()) return null;
  if (!LOGIN_PATTERN.test(login))
    throw new AppError('invalid', `the login of the first admin, ${JSON.stringify(login)}, is malformed`);
  const weakness = password === undefined ? null : passwordWeakness(password, login);
  if (weakness !== null)
    throw new AppError('invalid', `the configured password of the first admin is too weak: ${weakness}`);
  const oneTimePassword = password === undefined ? people.secrets.oneTimePassword() : null;
  const passwordHash = await people.passwords.hash(password ?? oneTimePassword ?? '');
  const made = await ctx.store.transaction(async (tx) => {
    // Two processes may start at once: the lock lets one of them find the other's admin.
    await tx.users.lockAll();
    if (await tx.users.any()) return false;
    const account = { login, passwordHash, mustChangePassword: oneTimePassword !== null };
    const bindings = [{ role: 'admin' as const, cluster: EVERYWHERE, namespace: EVERYWHERE }];
    const actor = { ...ctx, actor: systemActor };
    await insertUser(tx, actor, { ...account, bindings, action: 'user.create-first-admin' });
    return true;
  });
  return made ? { login, oneTimePassword } : null;
}
