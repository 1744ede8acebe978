import type { Actor } from '@headwater/core/access/actor.ts';
import type { Millis } from '@headwater/core/time.ts';
import { actorOfSession, actorOfUser } from '../people/actor-of.ts';
import type { Repositories } from '../ports/store.ts';

type Sources = Pick<Repositories, 'users' | 'sessions' | 'tokens'>;

/** The same actor with the rights they hold now; null when their session, account or token ended. */
export async function currentActor(
  sources: Sources,
  actor: Pick<Actor, 'kind' | 'id' | 'sessionId'>,
  now: Millis,
): Promise<Actor | null> {
  if (actor.kind === 'system') return null;
  if (actor.kind === 'token') return currentToken(sources, actor.id, now);
  if (actor.sessionId !== undefined) return actorOfSession(sources, { id: actor.sessionId, userId: actor.id }, now);
  const user = await sources.users.byId(actor.id);
  return user && user.disabledAt === null ? actorOfUser(sources, user) : null;
}

async function currentToken(sources: Sources, id: string, now: Millis): Promise<Actor | null> {
  const token = await sources.tokens.byId(id);
  if (!token || token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  const bindings = await sources.users.bindings('token', [id]);
  return {
    kind: 'token',
    id,
    name: token.name,
    bindings: bindings.map(({ role, cluster, namespace }) => ({ role, cluster, namespace })),
  };
}
