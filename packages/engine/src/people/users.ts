import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { HeldBinding, User } from '../ports/store/users.ts';

/** A user and the roles they hold. */
export interface UserWithRoles {
  readonly user: User;
  readonly bindings: readonly HeldBinding[];
}

export interface UserPage {
  readonly items: readonly UserWithRoles[];
  /** The login the next page comes after; null on the last. */
  readonly next: string | null;
}

export interface ListUsersInput {
  readonly after: string | null;
  readonly limit: number;
  readonly query?: string | undefined;
}

/** Users by login. */
export async function listUsers(ctx: VerbContext, input: ListUsersInput): Promise<UserPage> {
  authorize(ctx.actor, 'users.manage');
  const { users, next } = await page(ctx, input);
  const bindings = await ctx.store.users.bindings(
    'user',
    users.map(({ id }) => id),
  );
  return {
    items: users.map((user) => ({ user, bindings: bindings.filter(({ holderId }) => holderId === user.id) })),
    next,
  };
}

/** The people an incident may be given to: whoever can read incidents may see their names. */
export async function listPeople(
  ctx: VerbContext,
  input: ListUsersInput,
): Promise<{ readonly users: readonly User[]; readonly next: string | null }> {
  authorize(ctx.actor, 'incidents.read');
  const { users, next } = await page(ctx, input);
  return { users: users.filter(({ disabledAt }) => disabledAt === null), next };
}

/** One user with their roles; `not_found` when there is none. */
export async function getUser(ctx: VerbContext, id: string): Promise<UserWithRoles> {
  authorize(ctx.actor, 'users.manage');
  return withRoles(ctx.store, await existingUser(ctx.store, id));
}

/** The user of an id; `not_found` when there is none. */
export async function existingUser(tx: Pick<Repositories, 'users'>, id: string): Promise<User> {
  const user = await tx.users.byId(id);
  if (!user) throw new AppError('not_found', `no user ${id}`);
  return user;
}

/** A user together with the roles they hold now. */
export async function withRoles(tx: Pick<Repositories, 'users'>, user: User): Promise<UserWithRoles> {
  return { user, bindings: await tx.users.bindings('user', [user.id]) };
}

async function page(ctx: VerbContext, { limit, ...input }: ListUsersInput) {
  const found = await ctx.store.users.list({ ...input, limit: limit + 1 });
  const users = found.slice(0, limit);
  return { users, next: found.length > limit ? (users.at(-1)?.login ?? null) : null };
}
