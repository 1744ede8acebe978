import { AppError, messageOf } from '@headwater/core/errors.ts';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EACCES',
]);
// Not by class: 53100 disk full, 53200 memory, 53300 connections, 55P03 lock timeout, 57014 statement timeout,
// 57P01-57P05 stopping or starting, 58030 I/O, 25006 a standby or a database that only reads, 25P03 a transaction given up.
const UNAVAILABLE = /^(08...|53...|55P03|57014|57P0.|58030|25006|25P03)$/;
// A wrong password, an unknown user, a database that does not exist.
const REFUSED = /^(28...|3D000)$/;
const NO_CODE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout/;
const WORDS: Readonly<Record<string, string>> = {
  '53100': 'the disk of the database is full',
  '57014': 'the database took too long',
  '55P03': 'the database took too long',
  '25006': 'the database only reads at the moment',
};

/** The SQLSTATE or system code of a driver's error. */
export function databaseCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the database asks for the whole transaction again: serialization failure or deadlock. */
export function asksForRetry(error: unknown): boolean {
  const code = databaseCode(error instanceof AppError ? error.cause : error);
  return code === '40001' || code === '40P01';
}

/** The name of the constraint that refused a write, or undefined. */
export function brokenConstraint(error: unknown): string | undefined {
  const cause = error instanceof AppError ? error.cause : error;
  const code = databaseCode(cause);
  if (code === undefined || !code.startsWith('23')) return undefined;
  return cause instanceof Error && 'constraint' in cause ? String(cause.constraint) : undefined;
}

/** What a failed query means to the caller; an AppError stays as it is. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = databaseCode(error);
  if (code === undefined ? NO_CODE.test(messageOf(error)) : UNREACHABLE.has(code) || UNAVAILABLE.test(code)) {
    const words = WORDS[code ?? ''] ?? 'the database cannot be reached';
    return new AppError('unavailable', words, { cause: error, details: { code: code ?? null } });
  }
  if (code !== undefined && REFUSED.test(code)) {
    const words = `the database does not let this user in: ${messageOf(error)}`;
    return new AppError('unavailable', words, { cause: error, details: { code } });
  }
  if (code === '42501') {
    const words = `the user of the database lacks a right: ${messageOf(error)} (it should own the database)`;
    return new AppError('precondition', words, { cause: error, details: { code } });
  }
  if (code === '40001' || code === '40P01') {
    return new AppError('unavailable', 'the database is busy with the same rows', { cause: error, details: { code } });
  }
  if (code?.startsWith('23')) {
    const constraint = brokenConstraint(error) ?? null;
    return new AppError('conflict', 'another write came first', { cause: error, details: { constraint } });
  }
  if (code === '22021' || code === '22P05') {
    return new AppError('invalid', 'the text holds a character that cannot be stored', { cause: error });
  }
  return new AppError('internal', `a query failed: ${messageOf(error)}`, {
    cause: error,
    details: { code: code ?? null },
  });
}
