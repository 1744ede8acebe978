import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { EVERYWHERE } from '@headwater/core/access/actor.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import { audit } from './audit.ts';
import { existingUser, type UserWithRoles, withRoles } from './users.ts';

/** Gives a user a role; giving it again changes nothing. */
export async function bindRole(ctx: VerbContext, userId: string, binding: RoleBinding): Promise<UserWithRoles> {
  authorize(ctx.actor, 'users.manage');
  requireForUser(binding);
  return ctx.store.transaction(async (tx) => {
    const user = await existingUser(tx, userId);
    const isNew = await tx.users.bind({ kind: 'user', id: userId }, { ...binding, id: ctx.newId('bnd') });
    if (isNew)
      await audit.append(tx, ctx, { action: 'user.bind', targetKind: 'user', targetId: userId, after: binding });
    return withRoles(tx, user);
  });
}

/** Takes a role away; the last admin keeps theirs. */
export async function unbindRole(
  ctx: VerbContext,
  { userId, bindingId }: { readonly userId: string; readonly bindingId: string },
): Promise<UserWithRoles> {
  authorize(ctx.actor, 'users.manage');
  return ctx.store.transaction(async (tx) => {
    const user = await existingUser(tx, userId);
    const held = (await tx.users.bindings('user', [userId])).find(({ id }) => id === bindingId);
    if (!held) throw new AppError('not_found', `user ${user.login} holds no binding ${bindingId}`);
    if (isFullAdmin(held)) await requireAnotherAdmin(tx, userId);
    await tx.users.unbind({ kind: 'user', id: userId }, bindingId);
    const { role, cluster, namespace } = held;
    const before = { role, cluster, namespace };
    await audit.append(tx, ctx, { action: 'user.unbind', targetKind: 'user', targetId: userId, before });
    return withRoles(tx, user);
  });
}

/** Throws `invalid` for the role that only programs may hold. */
export function requireForUser(binding: RoleBinding): void {
  if (binding.role !== 'sender') return;
  const detail = 'the role sender is for API tokens; give a person viewer, responder, approver or admin';
  throw new AppError('invalid', detail, { details: { errors: [{ pointer: '/bindings', detail }] } });
}

/** Throws `conflict` when a user is the only one left who can manage users. */
export async function requireAnotherAdmin(tx: Pick<Repositories, 'users'>, userId: string): Promise<void> {
  const admins = await tx.users.lockAdmins();
  if (admins.length === 1 && admins[0] === userId)
    throw new AppError('conflict', 'this is the last admin; make another one first');
}

function isFullAdmin({ role, cluster, namespace }: RoleBinding): boolean {
  return role === 'admin' && cluster === EVERYWHERE && namespace === EVERYWHERE;
}
