import { DAY, type Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import type { Repositories } from '../ports/store.ts';
import type { User } from '../ports/store/users.ts';

/** After this long one signs in again, however busy the session was. */
const LONGEST_SESSION = 30 * DAY;

/** A session as its owner's browser gets it. */
export interface OpenedSession {
  readonly id: string;
  readonly refreshToken: string;
  readonly expiresAt: Millis;
}

/** Where a session comes from: a new sign-in, or the session that goes on. */
export interface SessionOrigin {
  readonly user: User;
  readonly userAgent: string | null;
  readonly continues?: { readonly family: string; readonly signedInAt: Millis };
}

/** Hands out a refresh token, of a new family or of the one that goes on. */
export async function openSession(
  tx: Pick<Repositories, 'sessions'>,
  { ctx, people }: { readonly ctx: VerbContext; readonly people: PeopleServices },
  { user, userAgent, continues }: SessionOrigin,
): Promise<OpenedSession> {
  const now = ctx.now();
  const id = ctx.newId('ses');
  const made = people.secrets.refreshToken();
  const signedInAt = continues?.signedInAt ?? now;
  const family = continues?.family ?? id;
  const expiresAt = Math.min(now + people.refreshTtl, signedInAt + Math.max(LONGEST_SESSION, people.refreshTtl));
  await tx.sessions.insert({
    id,
    family,
    userId: user.id,
    tokenHash: made.hash,
    signedInAt,
    createdAt: now,
    expiresAt,
    usedAt: null,
    revokedAt: null,
    revokeReason: null,
    remoteAddress: ctx.remoteAddress,
    userAgent: userAgent?.slice(0, 300) ?? null,
  });
  return { id: family, refreshToken: made.secret, expiresAt };
}
