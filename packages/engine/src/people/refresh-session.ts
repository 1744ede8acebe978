import { AppError } from '@headwater/core/errors.ts';
import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import type { Repositories } from '../ports/store.ts';
import type { SessionToken } from '../ports/store/sessions.ts';
import { actorOfUser } from './actor-of.ts';
import { audit } from './audit.ts';
import { openSession } from './open-session.ts';
import type { SignedIn } from './sign-in.ts';

/**
 * Two tabs that share a cookie, or an answer lost on the way, use a token a second time within moments; later it is
 * taken for stolen. A thief who is that quick gains little: the next refresh uses up every other token of the family,
 * so from then on either the thief's or the owner's refresh is late, and ends the session of both.
 */
export const REUSE_GRACE = 10 * SECOND;

export interface RefreshInput {
  readonly refreshToken: string;
  readonly userAgent: string | null;
}

type Standing = 'good' | 'just-used' | 'reused' | 'ended';

/** What a presented refresh token is worth. */
export function standingOf(token: SessionToken | null, now: Millis): Standing {
  if (!token || token.revokedAt !== null || token.expiresAt <= now) return 'ended';
  if (token.usedAt === null) return 'good';
  return now - token.usedAt <= REUSE_GRACE ? 'just-used' : 'reused';
}

/** Trades a refresh token for the next one; `unauthenticated` when it is worth nothing, and its family ends when it was reused. */
export async function refreshSession(ctx: VerbContext, people: PeopleServices, input: RefreshInput): Promise<SignedIn> {
  const signedIn = await ctx.store.transaction(async (tx) => {
    const now = ctx.now();
    const token = await tx.sessions.lockByHash(people.secrets.hashOf(input.refreshToken));
    const standing = standingOf(token, now);
    if (!token || standing === 'ended') return null;
    const user = await tx.users.byId(token.userId);
    if (!user || user.disabledAt !== null) return null;
    if (standing === 'reused') {
      await endFamily(tx, ctx, token);
      return null;
    }
    if (standing === 'good') await tx.sessions.useFamily(token.family, now);
    const session = await openSession(tx, { ctx, people }, { user, userAgent: input.userAgent, continues: token });
    return { user, actor: await actorOfUser(tx, user, session.id), session };
  });
  if (!signedIn) throw new AppError('unauthenticated', 'the session has ended; sign in again');
  return signedIn;
}

async function endFamily(tx: Repositories, ctx: VerbContext, token: SessionToken): Promise<void> {
  await tx.sessions.revoke({ family: token.family }, { now: ctx.now(), reason: 'refresh token reused' });
  const write = { action: 'session.reuse-detected', targetKind: 'session', targetId: token.family };
  const owner = { kind: 'user' as const, id: token.userId, name: token.userId, bindings: [] };
  const user = await tx.users.byId(token.userId);
  await audit.append(tx, { ...ctx, actor: { ...owner, name: user?.login ?? owner.name } }, write);
}
