import { API_TOKEN_PREFIX } from '@headwater/core/access/rules.ts';
import type { Actor } from '@headwater/core/access/actor.ts';
import { type Millis, MINUTE, SECOND } from '@headwater/core/time.ts';
import { actorOfSession, actorOfToken } from '@headwater/engine/people/actor-of.ts';
import type { SecretMaker } from '@headwater/engine/ports/credentials.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import type { AccessTokens } from './access-tokens.ts';

/** The parts of a request that say who sends it. */
export interface Credentials {
  readonly authorization?: string | undefined;
}

/** Finds out who is calling: people by access token, programs by API token. */
export interface Authenticator {
  /** Null when there are no credentials, or none that are good. */
  authenticate(credentials: Credentials): Promise<Actor | null>;
  /** The actor of an API token given by other means than a bearer header, such as a basic password. */
  byApiToken(secret: string): Promise<Actor | null>;
  /** Forgets what it remembers, so that a change of rights holds at once in this process. */
  forget(): void;
}

export interface AuthenticatorOptions {
  readonly store: Store;
  readonly accessTokens: AccessTokens;
  readonly secrets: SecretMaker;
  readonly now: () => Millis;
}

// How long a revoked session or a taken role may still be believed by a process that did not do it itself.
const BELIEVED = 2 * SECOND;
const REMEMBERED = 5_000;
// A busy sender would otherwise write its row at every message.
const TOUCH_EVERY = MINUTE;
const MAX_HEADER = 4_096;

/** The authenticator over the store; roles and sessions are read again every two seconds. */
export function createAuthenticator({ store, accessTokens, secrets, now }: AuthenticatorOptions): Authenticator {
  const known = new Map<string, { readonly actor: Promise<Actor | null>; readonly until: Millis }>();

  // The promise is kept, not its result: what expires under load is looked up once, and what was forgotten meanwhile stays so.
  async function remembered(key: string, find: () => Promise<Actor | null>): Promise<Actor | null> {
    const hit = known.get(key);
    if (hit && hit.until > now()) return hit.actor;
    const entry = { actor: find(), until: now() + BELIEVED };
    known.delete(key);
    known.set(key, entry);
    const oldest = known.size > REMEMBERED ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    let keep = false;
    try {
      const actor = await entry.actor;
      // Who must change their password is looked up every time: once it is changed, everything opens at once everywhere.
      keep = !actor?.mustChangePassword;
      return actor;
    } finally {
      if (!keep && known.get(key) === entry) known.delete(key);
    }
  }

  function byApiToken(secret: string): Promise<Actor | null> {
    if (!secret.startsWith(API_TOKEN_PREFIX)) return Promise.resolve(null);
    const hash = secrets.hashOf(secret);
    return remembered(`token ${hash}`, async () => {
      const found = await actorOfToken(store, hash, now());
      if (!found) return null;
      const { id, lastUsedAt } = found.token;
      if (lastUsedAt === null || now() - lastUsedAt >= TOUCH_EVERY) await store.tokens.touch(id, now());
      return found.actor;
    });
  }

  return {
    async authenticate({ authorization }) {
      const secret = bearerOf(authorization);
      if (secret === null) return null;
      if (secret.startsWith(API_TOKEN_PREFIX)) return byApiToken(secret);
      const claims = await accessTokens.verify(secret);
      if (!claims) return null;
      const { sessionId: id, userId } = claims;
      return remembered(`session ${id} ${userId}`, () => actorOfSession(store, { id, userId }, now()));
    },
    byApiToken,
    forget: () => known.clear(),
  };
}

function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined || authorization.length > MAX_HEADER) return null;
  return /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null;
}
