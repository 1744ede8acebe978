import type { Actor } from '@headwater/core/access/actor.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import { type Millis, SECOND } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { SecretMaker } from '../ports/credentials.ts';
import type { Repositories } from '../ports/store.ts';
import { currentActor } from './current-actor.ts';

// Long enough to open a connection on a bad line, too short to be worth stealing from a log.
const LIFE = 30 * SECOND;

/** Gives the caller a one-time way into one stream; only its hash is kept. */
export async function issueStreamTicket(
  ctx: VerbContext,
  secrets: Pick<SecretMaker, 'refreshToken'>,
): Promise<{ readonly ticket: string; readonly expiresAt: Millis }> {
  const { actor } = ctx;
  authorize(actor, 'incidents.read');
  if (actor.kind === 'system') throw new AppError('forbidden', 'a stream ticket is for people and tokens');
  const { secret, hash } = secrets.refreshToken();
  const now = ctx.now();
  const expiresAt = now + LIFE;
  const holder = { kind: actor.kind, id: actor.id, sessionId: actor.sessionId ?? null };
  await ctx.store.streamTickets.insert({ hash, holder, expiresAt, now });
  return { ticket: secret, expiresAt };
}

type Sources = Pick<Repositories, 'users' | 'sessions' | 'tokens' | 'streamTickets'>;

/** Who a ticket was given to, with the rights they hold now; null when it is used, over, or was never given. */
export async function redeemStreamTicket(sources: Sources, hash: string, now: Millis): Promise<Actor | null> {
  const holder = await sources.streamTickets.take(hash, now);
  if (!holder) return null;
  const { kind, id, sessionId } = holder;
  return currentActor(sources, { kind, id, ...(sessionId !== null && { sessionId }) }, now);
}
