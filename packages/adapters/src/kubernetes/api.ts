import { AppError, type ErrorCode } from '@headwater/core/errors.ts';
import type { Ask, Transport } from '../http/transport.ts';

/** Asks the API server for JSON; a Status answer becomes an AppError with the server's words. */
export async function getJson(transport: Transport, ask: Ask): Promise<unknown> {
  const { status, text } = await transport.text(ask);
  if (status >= 200 && status < 300) return parseBody(text, ask.path);
  throw statusError(status, text, ask.path);
}

const CODES: Readonly<Record<number, ErrorCode>> = { 400: 'invalid', 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 410: 'precondition', 422: 'invalid', 429: 'limit' };

/** The AppError for an answer that is not 2xx. */
export function statusError(status: number, text: string, path: string): AppError {
  const said = messageIn(text) ?? text.slice(0, 200);
  const code = CODES[status] ?? (status >= 500 ? 'unavailable' : 'internal');
  const hint = code === 'unauthenticated' ? '; the credentials are missing, wrong or expired' : '';
  return new AppError(code, `the Kubernetes API server answered ${status} to ${path}: ${said}${hint}`, { details: { status, path } });
}

function parseBody(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid', `the Kubernetes API server's answer to ${path} is not JSON (${text.length} characters, starting with ${JSON.stringify(text.slice(0, 40))})`, { cause: error });
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
