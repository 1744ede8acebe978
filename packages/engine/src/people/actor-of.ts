import type { Actor } from '@headwater/core/access/actor.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Repositories } from '../ports/store.ts';
import type { ApiToken } from '../ports/store/tokens.ts';
import type { User } from '../ports/store/users.ts';

type Sources = Pick<Repositories, 'users' | 'sessions' | 'tokens'>;

/** A user as an actor, with the roles they hold now. */
export async function actorOfUser(sources: Pick<Sources, 'users'>, user: User, sessionId?: string): Promise<Actor> {
  const bindings = await sources.users.bindings('user', [user.id]);
  return {
    kind: 'user',
    id: user.id,
    name: user.login,
    bindings: bindings.map(({ role, cluster, namespace }) => ({ role, cluster, namespace })),
    ...(sessionId !== undefined && { sessionId }),
    ...(user.mustChangePassword && { mustChangePassword: true }),
  };
}

/** The actor of a session; null when it ended or its user is gone or disabled. */
export async function actorOfSession(
  sources: Sources,
  session: { readonly id: string; readonly userId: string },
  now: Millis,
): Promise<Actor | null> {
  const token = await sources.sessions.current(session.id);
  if (!token || token.userId !== session.userId || token.revokedAt !== null || token.expiresAt <= now) return null;
  const user = await sources.users.byId(token.userId);
  return user && user.disabledAt === null ? actorOfUser(sources, user, session.id) : null;
}

/** The actor of an API token by the hash of its secret; null when it is unknown, expired or revoked. */
export async function actorOfToken(
  sources: Sources,
  tokenHash: string,
  now: Millis,
): Promise<{ readonly actor: Actor; readonly token: ApiToken } | null> {
  const token = await sources.tokens.byHash(tokenHash);
  if (!token || token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  const bindings = await sources.users.bindings('token', [token.id]);
  const actor: Actor = {
    kind: 'token',
    id: token.id,
    name: token.name,
    bindings: bindings.map(({ role, cluster, namespace }) => ({ role, cluster, namespace })),
  };
  return { actor, token };
}
