import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type ErrorCode } from '@headwater/core/errors.ts';
import type { Answer, Ask, Transport } from '../http/transport.ts';
import { retryAfterOf } from './retry-after.ts';

/** A server under load answers 429 with the wait it wants; after this many such answers the refusal stands. */
const MAX_ASKS = 4;

/** Asks the API server for JSON, again when it answers 429 with a Retry-After; any other Status becomes an AppError with the server's words. */
export async function getJson(transport: Transport, ask: Ask): Promise<unknown> {
  for (let asked = 1; ; asked++) {
    const { status, text, headers } = await transport.text(ask);
    if (status >= 200 && status < 300) return parseBody(text, ask.path);
    const error = statusError({ status, headers }, text, ask.path);
    const wait = error.details['retryAfterMs'];
    if (typeof wait !== 'number' || asked >= MAX_ASKS) throw error;
    await sleep(wait, undefined, { signal: ask.signal }).catch(() => {
      throw error;
    });
  }
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'precondition',
  422: 'invalid',
  429: 'limit',
};

/** The AppError for an answer that is not 2xx; `details.retryAfterMs` when a 429 says how long to wait. */
export function statusError(
  { status, headers = {} }: Pick<Answer, 'status'> & Partial<Answer>,
  text: string,
  path: string,
): AppError {
  const said = messageIn(text) ?? text.slice(0, 200);
  const code = CODES[status] ?? (status >= 500 ? 'unavailable' : 'internal');
  const hint = code === 'unauthenticated' ? '; the credentials are missing, wrong or expired' : '';
  const wait = status === 429 ? retryAfterOf(headers) : null;
  const details = { status, path, ...(wait === null ? {} : { retryAfterMs: wait }) };
  return new AppError(code, `the Kubernetes API server answered ${status} to ${path}: ${said}${hint}`, { details });
}

function parseBody(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError(
      'invalid',
      `the Kubernetes API server's answer to ${path} is not JSON (${text.length} characters, starting with ${JSON.stringify(text.slice(0, 40))})`,
      { cause: error },
    );
  }
}

function messageIn(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : null;
  } catch {
    return null;
  }
}
