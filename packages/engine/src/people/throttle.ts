import { addressGroup } from '@headwater/core/access/address-group.ts';
import {
  ADDRESS_LOCKOUT,
  afterFailure,
  LOGIN_LOCKOUT,
  type LockoutRule,
  waitOf,
} from '@headwater/core/access/lockout.ts';
import { AppError } from '@headwater/core/errors.ts';
import { SECOND } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { SecretMaker } from '../ports/credentials.ts';

/** What is counted for one try: the login by its hash, because people type passwords into the wrong field. */
export interface Tried {
  readonly login: string;
  readonly address: string;
}

/** The keys one try is counted under. */
export function triedBy(ctx: VerbContext, secrets: SecretMaker, login: string): Tried {
  return {
    login: `login:${secrets.hashOf(login.toLowerCase())}`,
    address: `address:${addressGroup(ctx.remoteAddress ?? 'unknown')}`,
  };
}

/**
 * Counts a try as failed before its password is looked at, so that guesses sent at once cannot outrun the count; the
 * success takes it back. Throws `limit` with `retryAfterSeconds` while the login or the address is locked.
 */
export async function countTry(ctx: VerbContext, tried: Tried): Promise<void> {
  const now = ctx.now();
  const wait = await ctx.store.transaction(async ({ users }) => {
    const states = await users.lockThrottles([tried.login, tried.address], now);
    const longest = Math.max(...[...states.values()].map((state) => waitOf(state, now)));
    if (longest > 0) return longest;
    for (const [key, rule] of rulesOf(tried)) await users.saveThrottle(key, afterFailure(states.get(key), rule, now));
    return 0;
  });
  if (wait > 0) throw lockedFor(wait);
}

/** Takes the try back after a success: the login starts anew, its address loses the one failure. */
export async function forgiveTry(ctx: Pick<VerbContext, 'store' | 'now'>, tried: Tried): Promise<void> {
  await ctx.store.transaction(async ({ users }) => {
    const states = await users.lockThrottles([tried.login, tried.address], ctx.now());
    const address = states.get(tried.address);
    const failures = Math.max(0, (address?.failures ?? 0) - 1);
    const lockedUntil = failures < ADDRESS_LOCKOUT.free ? null : (address?.lockedUntil ?? null);
    await users.clearThrottles([tried.login]);
    if (address) await users.saveThrottle(tried.address, { ...address, failures, lockedUntil });
  });
}

function rulesOf(tried: Tried): readonly (readonly [string, LockoutRule])[] {
  return [
    [tried.login, LOGIN_LOCKOUT],
    [tried.address, ADDRESS_LOCKOUT],
  ];
}

function lockedFor(wait: number): AppError {
  const seconds = Math.ceil(wait / SECOND);
  return new AppError('limit', `too many failed tries; try again in ${seconds} s`, {
    retryable: true,
    details: { retryAfterSeconds: seconds },
  });
}
