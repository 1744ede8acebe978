import { AppError } from '@headwater/core/errors.ts';

/** PromQL that is correct but beyond the subset a recording can answer. */
export function notSupported(what: string): AppError {
  return new AppError('invalid', `${what} is not supported in replay`, { details: { errorType: 'bad_data' } });
}

/** PromQL that is wrong, at a character position counted from 1. */
export function parseError(position: number, said: string): AppError {
  return new AppError('invalid', `1:${position}: parse error: ${said}`, { details: { errorType: 'bad_data' } });
}
