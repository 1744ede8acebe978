import { authorize } from '@headwater/core/access/authorize.ts';
import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import type { Repositories } from '../ports/store.ts';
import type { User } from '../ports/store/users.ts';
import { audit } from './audit.ts';
import { requireStrong } from './change-password.ts';
import { requireForUser } from './roles.ts';
import { type UserWithRoles, withRoles } from './users.ts';

export interface CreateUserInput {
  readonly login: string;
  readonly displayName?: string | undefined;
  readonly email?: string | null | undefined;
  readonly language?: string | undefined;
  /** Absent: a one-time password is made. */
  readonly password?: string | undefined;
  readonly mustChangePassword: boolean;
  readonly bindings: readonly RoleBinding[];
}

export interface CreatedUser {
  readonly user: UserWithRoles;
  readonly oneTimePassword: string | null;
}

/** Creates an account; `conflict` when the login is taken. */
export async function createUser(
  ctx: VerbContext,
  people: PeopleServices,
  input: CreateUserInput,
): Promise<CreatedUser> {
  authorize(ctx.actor, 'users.manage');
  if (input.password !== undefined) requireStrong(input.password, input.login);
  for (const binding of input.bindings) requireForUser(binding);
  const oneTimePassword = input.password === undefined ? people.secrets.oneTimePassword() : null;
  const passwordHash = await people.passwords.hash(input.password ?? oneTimePassword ?? '');
  const mustChangePassword = oneTimePassword !== null || input.mustChangePassword;
  const user = await ctx.store.transaction((tx) =>
    insertUser(tx, ctx, { ...input, passwordHash, mustChangePassword, action: 'user.create' }),
  );
  return { user, oneTimePassword };
}

export type NewAccount = Omit<CreateUserInput, 'password'> & {
  readonly passwordHash: string;
  readonly action: string;
};

/** Writes an account with its roles and the audit of it. */
export async function insertUser(tx: Repositories, ctx: VerbContext, account: NewAccount): Promise<UserWithRoles> {
  const now = ctx.now();
  const user: User = {
    id: ctx.newId('usr'),
    login: account.login,
    displayName: account.displayName ?? account.login,
    email: account.email ?? null,
    language: account.language ?? 'en',
    passwordHash: account.passwordHash,
    mustChangePassword: account.mustChangePassword,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  if (await tx.users.byLogin(account.login)) throw new AppError('conflict', `the login ${account.login} is taken`);
  await tx.users.insert(user);
  for (const binding of account.bindings)
    await tx.users.bind({ kind: 'user', id: user.id }, { ...binding, id: ctx.newId('bnd') });
  const { login, displayName, email } = user;
  const after = { login, displayName, email, bindings: account.bindings };
  // Who registers acts for themselves; nobody else knows them yet.
  const actor =
    ctx.actor.id === 'anonymous' ? { ...ctx.actor, kind: 'user' as const, id: user.id, name: login } : ctx.actor;
  await audit.append(tx, { ...ctx, actor }, { action: account.action, targetKind: 'user', targetId: user.id, after });
  return withRoles(tx, user);
}
