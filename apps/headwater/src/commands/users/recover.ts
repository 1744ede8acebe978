import { systemActor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import { editUser } from '@headwater/engine/people/edit-user.ts';
import { resetPassword } from '@headwater/engine/people/reset-password.ts';
import type { CommandContext } from '../../cli/context.ts';
import type { StoreFlags } from '../../cli/store-options.ts';
import { withDatabase } from '../../cli/with-database.ts';
import { printable } from '../../render/printable.ts';

/** Gives an account a one-time password, enabled, straight in the database: whoever can read that may do anything anyway. */
export async function recover(context: CommandContext, login: string, flags: StoreFlags): Promise<void> {
  const { io, wiring } = context;
  const credentials = await wiring.openCredentials();
  const made = await withDatabase(context, flags, async ({ store }) => {
    const user = await store.users.byLogin(login);
    if (!user) throw new AppError('not_found', `no user ${login}; the first start of serve makes the first admin`);
    const ctx = {
      store,
      actor: systemActor,
      now: io.now,
      newId: credentials.newId,
      requestId: null,
      remoteAddress: null,
    };
    const people = { ...credentials, refreshTtl: 0, allowSignup: false };
    if (user.disabledAt !== null) await editUser(ctx, user.id, { disabled: false });
    return resetPassword(ctx, people, user.id);
  });
  io.out(`One-time password of ${printable(made.user.user.login)}: ${made.oneTimePassword ?? '-'}\n`);
}
