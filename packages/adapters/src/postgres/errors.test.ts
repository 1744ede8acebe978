import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { asAppError, asksForRetry, brokenConstraint } from './errors.ts';

function thrown(code: string | undefined, message = 'something', more: object = {}): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code }, more);
}

describe('an error of the driver', () => {
  it.each([
    ['ECONNREFUSED', 'the database cannot be reached'],
    ['ENOENT', 'the database cannot be reached'],
    ['08006', 'the database cannot be reached'],
    ['57P01', 'the database cannot be reached'],
    ['57P03', 'the database cannot be reached'],
    ['53300', 'the database cannot be reached'],
    ['53100', 'the disk of the database is full'],
    ['57014', 'the database took too long'],
    ['25006', 'the database only reads at the moment'],
    ['40001', 'the database is busy with the same rows'],
    ['40P01', 'the database is busy with the same rows'],
  ])('%s is unavailable: %s', (code, message) => {
    expect(asAppError(thrown(code))).toMatchObject({
      code: 'unavailable',
      retryable: true,
      message,
      details: { code },
    });
  });

  it.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect', 'Query read timeout'])(
    'without a code is unavailable when it says "%s"',
    (message) => {
      expect(asAppError(thrown(undefined, message))).toMatchObject({ code: 'unavailable' });
    },
  );

  it('about the user names what was refused, as the server said it', () => {
    expect(asAppError(thrown('28P01', 'password authentication failed for user "a"'))).toMatchObject({
      code: 'unavailable',
      message: 'the database does not let this user in: password authentication failed for user "a"',
    });
    expect(asAppError(thrown('3D000', 'database "b" does not exist'))).toMatchObject({ code: 'unavailable' });
    expect(asAppError(thrown('42501', 'permission denied for schema public'))).toMatchObject({
      code: 'precondition',
      message: expect.stringContaining('lacks a right: permission denied for schema public'),
    });
  });

  it('about a constraint is a conflict that names it', () => {
    const error = asAppError(thrown('23505', 'duplicate key', { constraint: 'incident_key_open' }));
    expect(error).toMatchObject({ code: 'conflict', details: { constraint: 'incident_key_open' } });
    expect(brokenConstraint(error)).toBe('incident_key_open');
    expect(brokenConstraint(thrown('42601', 'syntax', { constraint: 'no' }))).toBeUndefined();
  });

  it('about text that cannot be stored is invalid', () => {
    expect(asAppError(thrown('22021'))).toMatchObject({ code: 'invalid' });
    expect(asAppError(thrown('22P05'))).toMatchObject({ code: 'invalid' });
  });

  it('that nobody expects is internal and keeps its words and cause', () => {
    const cause = thrown('42601', 'syntax error at or near "selct"');
    expect(asAppError(cause)).toMatchObject({
      code: 'internal',
      message: 'a query failed: syntax error at or near "selct"',
      cause,
    });
  });

  it('that is ours already stays as it is', () => {
    const own = new AppError('not_found', 'no');
    expect(asAppError(own)).toBe(own);
  });

  it('asks for the transaction again on serialization failures and deadlocks alone, mapped or not', () => {
    expect([thrown('40001'), asAppError(thrown('40P01'))].map(asksForRetry)).toEqual([true, true]);
    expect([thrown('23505'), asAppError(thrown('57P01')), 'text'].map(asksForRetry)).toEqual([false, false, false]);
  });
});
