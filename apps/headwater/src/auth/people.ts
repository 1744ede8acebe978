import type { Millis } from '@headwater/core/time.ts';
import type { PeopleServices, Passwords, SecretMaker } from '@headwater/engine/ports/credentials.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import type { Settings } from '../config/settings.ts';
import { type AccessTokens, accessTokens } from './access-tokens.ts';
import { type Authenticator, createAuthenticator } from './authenticator.ts';

/** Everything about people that handlers need. */
export interface People extends PeopleServices {
  readonly accessTokens: AccessTokens;
  readonly authenticator: Authenticator;
}

export interface PeopleParts {
  readonly store: Store;
  readonly settings: Settings['auth'];
  readonly passwords: Passwords;
  readonly secrets: SecretMaker;
  readonly now: () => Millis;
  readonly newId: (prefix: string) => string;
}

/** Readies sign-in: finds the signing key, or makes one that every process of this installation shares. */
export async function openPeople(parts: PeopleParts): Promise<People> {
  const { store, settings, passwords, secrets, now, newId } = parts;
  const made = `${secrets.refreshToken().secret}${secrets.refreshToken().secret}`;
  const secret = settings.jwtSecret ?? (await store.secrets.keep('jwt', made, now()));
  const tokens = accessTokens({ secret, ttl: settings.accessTtl, now, newId });
  return {
    passwords,
    secrets,
    refreshTtl: settings.refreshTtl,
    allowSignup: settings.allowSignup,
    accessTokens: tokens,
    authenticator: createAuthenticator({ store, accessTokens: tokens, secrets, now }),
  };
}
