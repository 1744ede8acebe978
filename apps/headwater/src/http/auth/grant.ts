import type { Actor } from '@headwater/core/access/actor.ts';
import { allows, PERMISSIONS } from '@headwater/core/access/permissions.ts';
import { type Language, LANGUAGES } from '@headwater/core/access/rules.ts';
import type { AccessGrant, Me } from '@headwater/contracts/http/auth.ts';
import type { SignedIn } from '@headwater/engine/people/sign-in.ts';
import type { User } from '@headwater/engine/ports/store/users.ts';
import type { FastifyReply } from 'fastify';
import { refreshCookie } from '../../auth/refresh-cookie.ts';
import type { Services } from '../services.ts';

export interface GrantContext {
  readonly services: Services;
  readonly reply: FastifyReply;
  readonly now: number;
}

/** Answers a sign-in: the refresh token in the cookie, the access token in the body. */
export async function grantSession(
  { user, actor, session }: SignedIn,
  { services, reply, now }: GrantContext,
): Promise<AccessGrant> {
  reply.header('set-cookie', refreshCookie(session.refreshToken, session.expiresAt, now, services.settings.auth));
  return grantAccess({ user, actor, sessionId: session.id }, { services, reply });
}

/** Answers with an access token of a session that goes on. */
export async function grantAccess(
  whose: { readonly user: User; readonly actor: Actor; readonly sessionId: string },
  { services, reply }: Pick<GrantContext, 'services' | 'reply'>,
): Promise<AccessGrant> {
  const { user, actor, sessionId } = whose;
  reply.header('cache-control', 'no-store');
  const { token, expiresIn } = await services.people.accessTokens.sign({ userId: user.id, sessionId });
  return { accessToken: token, expiresIn, mustChangePassword: user.mustChangePassword, user: meOf(actor, user) };
}

/** Who the caller is and what they may do; a program has no account. */
export function meOf(actor: Actor, user: User | null): Me {
  return {
    kind: actor.kind,
    id: actor.id,
    login: actor.name,
    displayName: user?.displayName ?? actor.name,
    email: user?.email ?? null,
    language: languageOf(user?.language),
    mustChangePassword: user?.mustChangePassword ?? false,
    sessionId: actor.sessionId ?? null,
    bindings: actor.bindings.map(({ role, cluster, namespace }) => ({ role, cluster, namespace })),
    permissions: PERMISSIONS.filter((permission) => allows(actor, permission).allowed),
  };
}

/** The language of a stored account; English for what is no language of ours. */
export function languageOf(text: string | undefined): Language {
  return LANGUAGES.find((language) => language === text) ?? 'en';
}
