import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { User } from '../ports/store/users.ts';
import { audit } from './audit.ts';
import { requireAnotherAdmin } from './roles.ts';
import { existingUser, type UserWithRoles, withRoles } from './users.ts';

export interface EditUserInput {
  readonly displayName?: string | undefined;
  readonly email?: string | null | undefined;
  readonly language?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** Changes an account; a disabled one loses its sessions, and the last admin cannot be disabled. */
export async function editUser(ctx: VerbContext, id: string, input: EditUserInput): Promise<UserWithRoles> {
  authorize(ctx.actor, 'users.manage');
  return ctx.store.transaction(async (tx) => {
    const now = ctx.now();
    const before = await existingUser(tx, id);
    const { disabled, displayName, email, language } = input;
    const disabling = disabled === true && before.disabledAt === null;
    if (disabling) await requireAnotherAdmin(tx, id);
    const disabledAt = disabled === undefined ? undefined : disabled ? (before.disabledAt ?? now) : null;
    const given = Object.entries({ displayName, email, language, disabledAt }).filter(
      ([, value]) => value !== undefined,
    );
    const after = await tx.users.update(id, Object.fromEntries(given), { now });
    if (!after) throw new AppError('not_found', `no user ${id}`);
    if (disabling) await tx.sessions.revoke({ userId: id }, { now, reason: 'user disabled' });
    const action = disabling
      ? 'user.disable'
      : disabled === false && before.disabledAt !== null
        ? 'user.enable'
        : 'user.edit';
    await audit.append(tx, ctx, {
      action,
      targetKind: 'user',
      targetId: id,
      before: facts(before),
      after: facts(after),
    });
    return withRoles(tx, after);
  });
}

function facts({ login, displayName, email, language, disabledAt }: User) {
  return { login, displayName, email, language, disabled: disabledAt !== null };
}
