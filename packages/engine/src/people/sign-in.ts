import type { Actor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import type { User } from '../ports/store/users.ts';
import { actorOfUser } from './actor-of.ts';
import { audit } from './audit.ts';
import { type OpenedSession, openSession } from './open-session.ts';
import { countTry, forgiveTry, triedBy } from './throttle.ts';

export interface SignInInput {
  readonly login: string;
  readonly password: string;
  readonly userAgent: string | null;
}

/** Who signed in, and the session they got. */
export interface SignedIn {
  readonly user: User;
  readonly actor: Actor;
  readonly session: OpenedSession;
}

/**
 * Signs a person in by login and password. `unauthenticated` alike for an unknown login, a disabled user and a wrong
 * password; `limit` while the login or the address is locked.
 */
export async function signIn(ctx: VerbContext, people: PeopleServices, input: SignInInput): Promise<SignedIn> {
  const tried = triedBy(ctx, people.secrets, input.login);
  await countTry(ctx, tried);
  const user = await ctx.store.users.byLogin(input.login);
  const { matches, outdated } = await people.passwords.verify(input.password, user?.passwordHash ?? null);
  if (!user || !matches || user.disabledAt !== null) {
    await auditFailure(ctx, user);
    throw new AppError('unauthenticated', 'the login or the password is wrong');
  }
  await forgiveTry(ctx, tried);
  const passwordHash = outdated ? await people.passwords.hash(input.password) : undefined;
  return ctx.store.transaction(async (tx) => {
    if (passwordHash !== undefined) await tx.users.update(user.id, { passwordHash }, { now: ctx.now() });
    const session = await openSession(tx, { ctx, people }, { user, userAgent: input.userAgent });
    const actor = await actorOfUser(tx, user, session.id);
    const write = { action: 'session.sign-in', targetKind: 'session', targetId: session.id };
    await audit.append(tx, { ...ctx, actor }, write);
    return { user, actor, session };
  });
}

async function auditFailure(ctx: VerbContext, user: User | null): Promise<void> {
  // An unknown login is not written down: it may be a password typed into the wrong field.
  const actor: Actor = {
    kind: 'user',
    id: user?.id ?? 'unknown',
    name: user?.login ?? '(unknown login)',
    bindings: [],
  };
  const write = { action: 'session.sign-in-failed', targetKind: 'user', targetId: actor.id };
  await ctx.store.transaction((tx) => audit.append(tx, { ...ctx, actor }, write));
}
