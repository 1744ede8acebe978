import { AppError, type ErrorCode } from '@headwater/core/errors.ts';
import type { FastifyError } from 'fastify';
import { z } from 'zod';

/** RFC 9457, the body of every failed answer. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string(),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('JSON pointer into the body; `query/<name>` and the like for other input'),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'What went wrong, where, and what was expected (RFC 9457).' });
export type Problem = z.infer<typeof Problem>;

/** One wrong place in the input; put a list of these in `details.errors` of an AppError of code `invalid`. */
export interface InputFault {
  readonly pointer: string;
  readonly detail: string;
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition: 412,
  limit: 413,
  internal: 500,
  unavailable: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is malformed',
  401: 'Not signed in',
  403: 'Not permitted',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'The request took too long',
  409: 'Conflict',
  412: 'A precondition does not hold',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  429: 'Too many attempts',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Temporarily unavailable',
};

/** An answer for anything thrown: the problem body, and the headers that belong to it. */
export interface ProblemAnswer {
  readonly status: number;
  readonly body: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** Maps anything thrown to a problem; what is not ours shows nothing of its inside. */
export function problemOf(error: unknown, request: { readonly id: string; readonly url: string }): ProblemAnswer {
  const { status, code, detail, errors, headers } = describe(error);
  const body: Problem = {
    type: `urn:headwater:problem:${code}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    code,
    instance: request.url.split('?', 1)[0] ?? request.url,
    requestId: request.id,
    ...(errors && { errors: [...errors] }),
  };
  return { status, body, headers };
}

interface Description {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly InputFault[];
  readonly headers: Readonly<Record<string, string>>;
}

function describe(error: unknown): Description {
  if (error instanceof AppError) return describeOwn(error);
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500 && error instanceof Error)
    return { status, code: codeOfStatus(status), detail: error.message, headers: {} };
  return { status: 500, code: 'internal', detail: 'Headwater failed; the log names the request.', headers: {} };
}

function describeOwn(error: AppError): Description {
  const { code, details, message } = error;
  const wait = details['retryAfterSeconds'];
  // A limit that passes with time is a rate, one that does not is a size.
  const status = code === 'limit' && typeof wait === 'number' ? 429 : STATUS[code];
  const headers: Record<string, string> = {};
  if (typeof wait === 'number') headers['retry-after'] = String(Math.ceil(wait));
  else if (code === 'unavailable') headers['retry-after'] = '2';
  if (code === 'unauthenticated') headers['www-authenticate'] = 'Bearer realm="headwater"';
  const detail = code === 'internal' ? 'Headwater failed; the log names the request.' : message;
  const errors = details['errors'];
  return { status, code, detail, headers, ...(Array.isArray(errors) && { errors: errors as InputFault[] }) };
}

function codeOfStatus(status: number): string {
  if (status === 413 || status === 414 || status === 431) return 'limit';
  return Object.entries(STATUS).find(([, known]) => known === status)?.[0] ?? 'invalid';
}
