import { randomBytes } from 'node:crypto';
import { secretMaker } from '@headwater/adapters/credentials/secrets.ts';
import { AppError } from '@headwater/core/errors.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessTokens } from './access-tokens.ts';
import { type Authenticator, createAuthenticator } from './authenticator.ts';

const secrets = secretMaker(randomBytes);
const SECRET = 's'.repeat(32);
const clock = { now: Date.parse('2026-03-01T10:00:00Z') };
const now = (): number => clock.now;
const tokens = accessTokens({ secret: SECRET, ttl: 15 * MINUTE, now, newId: (prefix) => `${prefix}_1` });

interface World {
  mustChangePassword: boolean;
  revokedAt: number | null;
  broken: boolean;
  lookups: number;
  touches: number;
}
let world: World;
let authenticator: Authenticator;

beforeEach(() => {
  world = { mustChangePassword: false, revokedAt: null, broken: false, lookups: 0, touches: 0 };
  authenticator = createAuthenticator({ store: storeOf(), accessTokens: tokens, secrets, now });
});

/** A store that knows one session, one user and one token, and counts how often it is asked. */
function storeOf(): Store {
  const ask = async <T>(answer: T): Promise<T> => {
    world.lookups++;
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (world.broken) throw new AppError('unavailable', 'the database cannot be reached');
    return answer;
  };
  const session = { id: 'ses_1', family: 'ses_1', userId: 'usr_1', expiresAt: Number.POSITIVE_INFINITY };
  const user = { id: 'usr_1', login: 'kim', disabledAt: null };
  const token = { id: 'tok_1', name: 'ci', expiresAt: null, lastUsedAt: null };
  const store = {
    sessions: { current: () => ask({ ...session, revokedAt: world.revokedAt }) },
    users: {
      byId: () => Promise.resolve({ ...user, mustChangePassword: world.mustChangePassword }),
      bindings: () => Promise.resolve([{ id: 'bnd_1', holderId: 'x', role: 'viewer', cluster: '*', namespace: '*' }]),
    },
    tokens: {
      byHash: () => ask({ ...token, revokedAt: world.revokedAt }),
      touch: () => Promise.resolve(void world.touches++),
    },
  };
  return store as unknown as Store;
}

async function bearer(userId = 'usr_1', sessionId = 'ses_1'): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${(await tokens.sign({ userId, sessionId })).token}` };
}

describe('who is calling', () => {
  it('is a person by access token, a program by API token', async () => {
    expect(await authenticator.authenticate(await bearer())).toEqual({
      kind: 'user',
      id: 'usr_1',
      name: 'kim',
      bindings: [{ role: 'viewer', cluster: '*', namespace: '*' }],
      sessionId: 'ses_1',
    });
    const { secret } = secrets.apiToken();
    expect(await authenticator.authenticate({ authorization: `bearer  ${secret}` })).toMatchObject({
      kind: 'token',
      name: 'ci',
    });
    expect(await authenticator.byApiToken(secret)).toMatchObject({ id: 'tok_1' });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Basic YTpi',
    'Token hw_x',
    `Bearer ${'x'.repeat(5_000)}`,
    'Bearer eyJhbGciOiJub25lIn0.e30.',
  ])('is nobody with %j, and nobody is looked up', async (authorization) => {
    expect(await authenticator.authenticate({ authorization })).toBeNull();
    expect(world.lookups).toBe(0);
  });

  it('is looked up once for many who ask at the same moment', async () => {
    const headers = await bearer();
    const actors = await Promise.all(Array.from({ length: 50 }, () => authenticator.authenticate(headers)));
    expect(new Set(actors.map((actor) => actor?.id))).toEqual(new Set(['usr_1']));
    expect(world.lookups).toBe(1);
  });

  it('is believed for two seconds, and forgotten at once on request', async () => {
    const headers = await bearer();
    await authenticator.authenticate(headers);
    world.revokedAt = now();
    clock.now += 1_999;
    expect(await authenticator.authenticate(headers)).not.toBeNull();
    clock.now += 1;
    expect(await authenticator.authenticate(headers)).toBeNull();
    world.revokedAt = null;
    expect(await authenticator.authenticate(headers)).toBeNull();
    authenticator.forget();
    expect(await authenticator.authenticate(headers)).not.toBeNull();
  });

  it('does not come back when it was forgotten while it was looked up', async () => {
    const headers = await bearer();
    const before = authenticator.authenticate(headers);
    await Promise.resolve();
    authenticator.forget();
    await before;
    world.revokedAt = now();
    authenticator.forget();
    expect(await authenticator.authenticate(headers)).toBeNull();
  });

  it('is asked again after a failure of the database, which is not taken for a stranger', async () => {
    const headers = await bearer();
    world.broken = true;
    await expect(authenticator.authenticate(headers)).rejects.toMatchObject({ code: 'unavailable' });
    world.broken = false;
    expect(await authenticator.authenticate(headers)).toMatchObject({ id: 'usr_1' });
  });

  it('is looked up each time while the password must be changed', async () => {
    world.mustChangePassword = true;
    const headers = await bearer();
    expect(await authenticator.authenticate(headers)).toMatchObject({ mustChangePassword: true });
    world.mustChangePassword = false;
    expect((await authenticator.authenticate(headers))?.mustChangePassword).toBeUndefined();
  });

  it('is noted as seen once for the lookups of a moment', async () => {
    const { secret } = secrets.apiToken();
    await Promise.all(Array.from({ length: 20 }, () => authenticator.byApiToken(secret)));
    expect(world.touches).toBe(1);
  });
});

describe('access tokens', () => {
  it('are refused when another key, issuer, audience or time signed them, or a claim is missing', async () => {
    const key = new TextEncoder().encode(SECRET);
    const make = (change: (jwt: SignJWT) => SignJWT, secret = key, alg = 'HS256'): Promise<string> => {
      const at = Math.floor(now() / SECOND);
      const good = new SignJWT({ sid: 'ses_1' })
        .setProtectedHeader({ alg })
        .setIssuer('headwater')
        .setAudience('headwater-api')
        .setSubject('usr_1')
        .setJti('jwt_1')
        .setExpirationTime(at + 60);
      return change(good).sign(secret);
    };
    expect(await tokens.verify(await make((jwt) => jwt))).toEqual({ userId: 'usr_1', sessionId: 'ses_1' });
    const bad = [
      make((jwt) => jwt, new TextEncoder().encode('t'.repeat(32))),
      make((jwt) => jwt.setIssuer('other')),
      make((jwt) => jwt.setAudience('other')),
      make((jwt) => jwt.setExpirationTime(Math.floor(now() / SECOND) - 1)),
      make((jwt) => jwt.setNotBefore(Math.floor(now() / SECOND) + 60)),
      make((jwt) => jwt, new TextEncoder().encode('s'.repeat(64)), 'HS512'),
      new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(key),
    ];
    for (const token of await Promise.all(bad)) expect(await tokens.verify(token)).toBeNull();
  });

  it('want a key as strong as the signature', () => {
    const options = { ttl: MINUTE, now, newId: () => 'jwt_1' };
    expect(() => accessTokens({ ...options, secret: 's'.repeat(31) })).toThrow('at least 32 characters');
  });
});
