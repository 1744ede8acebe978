import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../time.ts';
import { ADDRESS_LOCKOUT, afterFailure, type Failures, LOGIN_LOCKOUT, type LockoutRule, waitOf } from './lockout.ts';
import { LOGIN_PATTERN, passwordWeakness } from './rules.ts';

describe('logins', () => {
  it.each(['kim', 'kim.lee', 'kim@example.com', 'a-b_c+1'])('accepts %s', (login) => {
    expect(LOGIN_PATTERN.test(login)).toBe(true);
  });
  it.each(['', 'ab', '-kim', 'kim lee', 'kim\nroot', 'kim\r', "k'; drop", 'a'.repeat(65), '../etc', 'k\u0000im'])(
    'refuses %j',
    (login) => {
      expect(LOGIN_PATTERN.test(login)).toBe(false);
    },
  );
});

describe('passwords', () => {
  it.each([
    ['short', 'expected 8 to 128'],
    ['x'.repeat(129), 'expected 8 to 128'],
    ['aaaaaaaa', 'same few'],
    ['password', 'first to be guessed'],
    ['Password1!', 'first to be guessed'],
    ['kube-rca', 'first to be guessed'],
    ['changeme123', 'first to be guessed'],
    ['12345678', 'neighbouring'],
    ['qwertyuiop', 'neighbouring'],
    ['kim.lee1', 'little more than the login'],
    ['Kim.Lee!', 'little more than the login'],
  ])('refuses %s', (password, why) => {
    expect(passwordWeakness(password, 'kim.lee')).toContain(why);
  });
  it.each(['correct horse', 'tr0ub4dor&3', 'm7Kq-2xPw-9fTz', 'adminsdobetter', '비밀번호는어렵게'])(
    'accepts %s',
    (password) => {
      expect(passwordWeakness(password, 'kim.lee')).toBeNull();
    },
  );
});

function failing(times: number, rule: LockoutRule, every = 0): Failures | undefined {
  let state: Failures | undefined;
  for (let index = 0; index < times; index++) state = afterFailure(state, rule, index * every);
  return state;
}

describe('lockout', () => {
  it('lets a person mistype a few times', () => {
    expect(waitOf(undefined, 0)).toBe(0);
    expect(waitOf(failing(LOGIN_LOCKOUT.free - 1, LOGIN_LOCKOUT), 0)).toBe(0);
    expect(waitOf(failing(ADDRESS_LOCKOUT.free - 1, ADDRESS_LOCKOUT), 0)).toBe(0);
  });

  it('then doubles the wait up to its longest', () => {
    const waits = [0, 1, 2, 3, 40].map((more) => waitOf(failing(LOGIN_LOCKOUT.free + more, LOGIN_LOCKOUT), 0));
    expect(waits).toEqual([15 * SECOND, 30 * SECOND, 60 * SECOND, 120 * SECOND, 15 * MINUTE]);
  });

  it('passes, and begins anew after a long silence', () => {
    const locked = failing(LOGIN_LOCKOUT.free, LOGIN_LOCKOUT);
    expect(waitOf(locked, 15 * SECOND)).toBe(0);
    expect(afterFailure(locked, LOGIN_LOCKOUT, 16 * SECOND).failures).toBe(6);
    expect(afterFailure(locked, LOGIN_LOCKOUT, LOGIN_LOCKOUT.forgetAfter + 1)).toMatchObject({
      failures: 1,
      lockedUntil: null,
    });
  });
});
