import { createInterface } from 'node:readline';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import type { Answer } from '../http/transport.ts';

/** The lines of a streamed body; a connection that breaks in the middle is AppError `unavailable` naming the path. */
export async function* linesOf(body: Answer['body'], path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: body, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new AppError('unavailable', `the answer to ${path} broke off: ${messageOf(error)}`, { cause: error });
  }
}
