import { HOUR, type Millis, MINUTE, SECOND } from '../time.ts';

/** Failed sign-ins of one login or one address. */
export interface Failures {
  readonly failures: number;
  readonly lastFailureAt: Millis;
  readonly lockedUntil: Millis | null;
}

export interface LockoutRule {
  /** Failures in a row that are free of consequence. */
  readonly free: number;
  readonly first: number;
  readonly longest: number;
  /** After this long without a failure the count begins anew. */
  readonly forgetAfter: number;
}

/** For one login: guessing gets about 100 tries a day, a person who mistypes waits seconds. */
export const LOGIN_LOCKOUT: LockoutRule = { free: 5, first: 15 * SECOND, longest: 15 * MINUTE, forgetAfter: 12 * HOUR };

/** For one address, behind which a whole office may sit. */
export const ADDRESS_LOCKOUT: LockoutRule = {
  free: 20,
  first: 15 * SECOND,
  longest: 15 * MINUTE,
  forgetAfter: 1 * HOUR,
};

/** Milliseconds until the next try is heard; 0 when it is heard now. */
export function waitOf(state: Failures | undefined, now: Millis): number {
  return Math.max(0, (state?.lockedUntil ?? now) - now);
}

/** The state after one more failure: each one past the free ones doubles the wait. */
export function afterFailure(state: Failures | undefined, rule: LockoutRule, now: Millis): Failures {
  const stale = state === undefined || now - state.lastFailureAt > rule.forgetAfter;
  const failures = stale ? 1 : state.failures + 1;
  const beyond = failures - rule.free;
  const wait = beyond < 0 ? 0 : Math.min(rule.longest, rule.first * 2 ** Math.min(beyond, 20));
  return { failures, lastFailureAt: now, lockedUntil: wait === 0 ? null : now + wait };
}
