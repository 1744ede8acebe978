import { createHash } from 'node:crypto';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { KeptAnswer, KeyedRequest } from '@headwater/engine/ports/store/idempotency.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** `Idempotency-Key` of a request that may be sent again. */
export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'expected 1 to 200 visible ASCII characters')
  .optional()
  .describe('The same key with the same request is answered as the first time, for a day');

// Longer than any handler runs: whoever took the key before that is dead.
const ABANDONED_AFTER = 2 * MINUTE;

const KEPT_HEADERS = ['etag', 'location'] as const;

export interface OnceInput {
  readonly ctx: VerbContext;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly log: Log;
}

/**
 * Answers a request with an `Idempotency-Key` once: sent again it gets the first answer. `conflict` when the key belongs
 * to another request or the first is still being answered. A failed request gives its key back.
 */
export async function answerOnce(input: OnceInput, handle: () => Promise<unknown>): Promise<unknown> {
  const { ctx, request, reply, log } = input;
  const key = keyOf(request);
  if (key === undefined) return handle();
  const keyed: KeyedRequest = { actorId: ctx.actor.id, key, requestHash: hashOf(request) };
  const { idempotency } = ctx.store;
  const now = ctx.now();
  const known = await idempotency.take(keyed, { now, abandoned: now - ABANDONED_AFTER });
  if (known.state === 'answered') return replay(reply, known.answer);
  if (known.state === 'other-request')
    throw new AppError('conflict', 'this Idempotency-Key was used for another request');
  if (known.state === 'in-flight')
    throw new AppError('conflict', 'the request with this Idempotency-Key is still being answered', {
      details: { retryAfterSeconds: 1 },
    });
  let body: unknown;
  try {
    body = await handle();
  } catch (error) {
    await idempotency.release(keyed).catch((failure: unknown) => warn(log, request, failure));
    throw error;
  }
  // What was done is done: the caller is told so even when the answer cannot be kept.
  await idempotency.answer(keyed, answerOf(reply, body)).catch((failure: unknown) => warn(log, request, failure));
  return body;
}

function keyOf(request: FastifyRequest): string | undefined {
  const header = request.raw.headers['idempotency-key'];
  return typeof header === 'string' ? header : undefined;
}

// Who may do it is asked again by nobody on a replay, so the address must be the very same.
function hashOf(request: FastifyRequest): string {
  const text = `${request.method} ${request.url}\n${canonicalJson(request.body ?? null)}`;
  return createHash('sha256').update(text).digest('hex');
}

function answerOf(reply: FastifyReply, body: unknown): KeptAnswer {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return { status: reply.statusCode, body: body ?? null, headers };
}

function replay(reply: FastifyReply, { status, body, headers }: KeptAnswer): unknown {
  reply.code(status).headers({ ...headers, 'idempotency-replayed': 'true' });
  return body ?? undefined;
}

function warn(log: Log, request: FastifyRequest, failure: unknown): void {
  log.warn(
    { requestId: request.id, error: messageOf(failure) },
    'an answer could not be kept under its idempotency key',
  );
}
