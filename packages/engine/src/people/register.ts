import { EVERYWHERE, type RoleBinding } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import { actorOfUser } from './actor-of.ts';
import { requireStrong } from './change-password.ts';
import { insertUser } from './create-user.ts';
import { openSession } from './open-session.ts';
import type { SignedIn } from './sign-in.ts';
import { countTry, triedBy } from './throttle.ts';

export interface RegisterInput {
  readonly login: string;
  readonly password: string;
  readonly displayName?: string | undefined;
  readonly language?: string | undefined;
  readonly userAgent: string | null;
}

/** Whoever registers may look, and nothing more until an admin says so. */
const FIRST_ROLE: RoleBinding = { role: 'viewer', cluster: EVERYWHERE, namespace: EVERYWHERE };

/** Makes an account of one's own and signs in, where that is allowed. Tries are counted per address like failed sign-ins. */
export async function register(ctx: VerbContext, people: PeopleServices, input: RegisterInput): Promise<SignedIn> {
  if (!people.allowSignup) throw new AppError('forbidden', 'registration is closed here; ask an admin for an account');
  // A stranger who came before the first admin would take their place, or their login.
  if (!(await ctx.store.users.any())) throw new AppError('unavailable', 'the server has no admin yet; try again soon');
  requireStrong(input.password, input.login);
  const { address } = triedBy(ctx, people.secrets, input.login);
  await countTry(ctx, { login: `register:${address}`, address });
  const passwordHash = await people.passwords.hash(input.password);
  return ctx.store.transaction(async (tx) => {
    const account = { ...input, passwordHash, mustChangePassword: false, bindings: [FIRST_ROLE] };
    const { user } = await insertUser(tx, ctx, { ...account, action: 'user.register' });
    const session = await openSession(tx, { ctx, people }, { user, userAgent: input.userAgent });
    return { user, actor: await actorOfUser(tx, user, session.id), session };
  });
}
