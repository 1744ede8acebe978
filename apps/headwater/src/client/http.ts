import type { Readable } from 'node:stream';
import { AppError, ERROR_CODES, type ErrorCode, messageOf } from '@headwater/core/errors.ts';
import { request } from 'undici';
import { z } from 'zod';
import { VERSION } from '../version.ts';

/** One call to a Headwater server. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute address. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte before the call is given up; 0 waits for ever. */
  readonly timeout?: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable & { readonly text: () => Promise<string> };
}

const TIMEOUT = 30_000;

/** Sends a call; a refusal of the server or the network becomes an AppError in words for the person at the terminal. */
export async function send(call: ApiCall): Promise<ApiAnswer> {
  const { timeout = TIMEOUT, signal } = call;
  const answer = await request(call.url, {
    method: call.method,
    headers: {
      accept: 'application/json',
      'user-agent': `headwater-cli/${VERSION}`,
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      ...call.headers,
    },
    body: call.body === undefined ? null : JSON.stringify(call.body),
    headersTimeout: timeout,
    bodyTimeout: timeout,
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw unreachable(call.url, error);
  });
  if (answer.statusCode >= 300) throw refusal(answer.statusCode, await answer.body.text(), call.url);
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused; nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be resolved at the moment',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; name its authority in NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not trusted; name it in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not trusted; name it in NODE_EXTRA_CA_CERTS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

function unreachable(url: string, error: unknown): AppError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = REASONS[code] ?? messageOf(error);
  return new AppError('unavailable', `cannot reach Headwater at ${new URL(url).origin}: ${reason}`, { cause: error });
}

const Refusal = z.object({
  code: z.string().catch('internal'),
  detail: z.string().catch(''),
  requestId: z.string().optional().catch(undefined),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).catch([]),
});

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'precondition',
  413: 'limit',
  429: 'limit',
};

function refusal(status: number, text: string, url: string): AppError {
  const parsed = Refusal.safeParse(parse(text));
  const code = codeOf(status, parsed.data?.code);
  if (!parsed.success || parsed.data.detail === '') {
    const { origin, pathname } = new URL(url);
    return new AppError(code, `${origin} answered ${status} to ${pathname}: is it a Headwater server?`, {
      details: { status },
    });
  }
  const { detail, requestId } = parsed.data;
  const hint = code === 'unauthenticated' ? '; run `headwater login`' : '';
  const where = code === 'internal' && requestId ? ` (request ${requestId})` : '';
  return new AppError(code, `${detail}${hint}${where}`, { details: { status, requestId } });
}

function codeOf(status: number, given: string | undefined): ErrorCode {
  const fallback = CODES[status] ?? (status >= 502 ? 'unavailable' : status >= 500 ? 'internal' : 'invalid');
  return ERROR_CODES.find((code) => code === given) ?? fallback;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
