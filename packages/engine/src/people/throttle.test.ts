import { systemActor } from '@headwater/core/access/actor.ts';
import { ADDRESS_LOCKOUT, LOGIN_LOCKOUT } from '@headwater/core/access/lockout.ts';
import { AppError } from '@headwater/core/errors.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { VerbContext } from '../context.ts';
import type { SecretMaker } from '../ports/credentials.ts';
import { countTry, forgiveTry, type Tried, triedBy } from './throttle.ts';

const database = useDatabase('15');
const clock = { now: 0 };

beforeEach(async () => {
  clock.now = Date.parse('2026-03-01T10:00:00Z');
  await database().pool.query('truncate sign_in_throttle');
});

function context(remoteAddress: string | null = '192.0.2.1'): VerbContext {
  const common = { actor: systemActor, requestId: null, remoteAddress };
  return { ...common, store: database().store, now: () => clock.now, newId: (prefix) => prefix };
}

function tried(login: string, address = '192.0.2.1'): Tried {
  return { login: `login:${login}`, address: `address:${address}` };
}

/** Seconds to wait, 0 when the try was heard. */
async function attempt(what: Tried): Promise<number> {
  try {
    await countTry(context(), what);
    return 0;
  } catch (error) {
    if (error instanceof AppError && error.code === 'limit') return Number(error.details['retryAfterSeconds']);
    throw error;
  }
}

describe('counting tries', () => {
  it('hears the free ones, then makes one wait, twice as long each time, up to the longest', async () => {
    const waits: number[] = [];
    for (let index = 0; index < LOGIN_LOCKOUT.free; index++) waits.push(await attempt(tried('kim')));
    expect(new Set(waits)).toEqual(new Set([0]));
    const locked: number[] = [];
    for (let index = 0; index < 8; index++) {
      const wait = await attempt(tried('kim', `192.0.2.${index}`));
      locked.push(wait);
      clock.now += wait * SECOND;
      expect(await attempt(tried('kim', `192.0.2.${index}`))).toBe(0);
    }
    expect(locked).toEqual([15, 30, 60, 120, 240, 480, 900, 900]);
  });

  it('does not lengthen the wait of who keeps knocking while it lasts', async () => {
    for (let index = 0; index < LOGIN_LOCKOUT.free; index++) await attempt(tried('kim'));
    expect(await attempt(tried('kim'))).toBe(15);
    clock.now += 5 * SECOND;
    expect(await attempt(tried('kim'))).toBe(10);
    expect(await attempt(tried('kim'))).toBe(10);
  });

  it('keeps logins apart, and stops an address that tries many', async () => {
    for (let index = 0; index < ADDRESS_LOCKOUT.free; index++) expect(await attempt(tried(`user${index}`))).toBe(0);
    expect(await attempt(tried('another'))).toBe(15);
    expect(await attempt(tried('another', '192.0.2.9'))).toBe(0);
  });

  it('starts a login anew after a success, and takes one failure from its address', async () => {
    for (let index = 0; index < LOGIN_LOCKOUT.free - 1; index++) await attempt(tried('kim'));
    await attempt(tried('kim'));
    await forgiveTry(context(), tried('kim'));
    for (let index = 0; index < LOGIN_LOCKOUT.free - 1; index++) expect(await attempt(tried('kim'))).toBe(0);
    const rows = await database().pool.query(`select key, failures from sign_in_throttle order by key`);
    expect(rows.rows).toEqual([
      { key: 'address:192.0.2.1', failures: 2 * LOGIN_LOCKOUT.free - 2 },
      { key: 'login:kim', failures: LOGIN_LOCKOUT.free - 1 },
    ]);
  });

  it('opens an address again when the last try that locked it was good', async () => {
    for (let index = 0; index < ADDRESS_LOCKOUT.free; index++) await attempt(tried(`user${index}`));
    await forgiveTry(context(), tried(`user${ADDRESS_LOCKOUT.free - 1}`));
    expect(await attempt(tried('next'))).toBe(0);
  });

  it('counts tries that come at once one by one', async () => {
    const waits = await Promise.all(Array.from({ length: 12 }, () => attempt(tried('kim'))));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(LOGIN_LOCKOUT.free);
  });

  it('forgets after a long silence', async () => {
    for (let index = 0; index < LOGIN_LOCKOUT.free + 1; index++) await attempt(tried('kim'));
    clock.now += LOGIN_LOCKOUT.forgetAfter + MINUTE;
    for (let index = 0; index < LOGIN_LOCKOUT.free; index++) expect(await attempt(tried('kim'))).toBe(0);
  });
});

describe('what a try is counted under', () => {
  const secrets = { hashOf: (text: string) => `hash of ${text}` } as SecretMaker;

  it('is the hash of the login in any case, and the address or its network', () => {
    expect(triedBy(context('192.0.2.1'), secrets, 'KIM')).toEqual({
      login: 'login:hash of kim',
      address: 'address:192.0.2.1',
    });
    expect(triedBy(context('2001:db8::1'), secrets, 'kim').address).toBe('address:2001:db8:0:0::/64');
    expect(triedBy(context(null), secrets, 'kim').address).toBe('address:unknown');
  });
});
