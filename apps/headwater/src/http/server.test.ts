import { systemActor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute, rawResponse } from './route.ts';
import { testServer } from './test-server.ts';

const echo = defineRoute({
  method: 'POST',
  url: '/echo/:id',
  operationId: 'echo',
  summary: 'Echo',
  tags: ['test'],
  access: 'incidents.read',
  params: z.object({ id: z.string() }),
  query: z.object({ limit: z.coerce.number().int().max(200).default(50) }),
  headers: z.object({ 'if-match': z.string().optional() }),
  body: z.strictObject({ name: z.string(), 'a/b': z.object({ 'c~d': z.array(z.number()) }).optional() }),
  responses: { 200: z.object({ id: z.string(), limit: z.number(), name: z.string(), actor: z.string() }) },
  handle: ({ ctx, params, query, body }) => ({
    ...params,
    ...query,
    name: body.name,
    actor: ctx.actor.name,
    hash: 'x',
  }),
});

function throwing(error: unknown) {
  return defineRoute({
    method: 'GET',
    url: '/throw',
    operationId: 'throw',
    summary: 'Throw',
    tags: ['test'],
    access: 'public',
    responses: { 200: z.object({ ok: z.boolean() }) },
    handle: () => {
      throw error;
    },
  });
}

describe('a route', () => {
  it('parses every part and sends only what its schema names', async () => {
    const app = await testServer({ routes: [echo] });
    const answer = await app.inject({ method: 'POST', url: '/echo/7?limit=3', payload: { name: 'n' } });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ id: '7', limit: 3, name: 'n', actor: 'Headwater' });
  });

  it('refuses malformed input with pointers into it', async () => {
    const app = await testServer({ routes: [echo] });
    const payload = { name: 1, 'a/b': { 'c~d': [1, 'x'] } };
    const answer = await app.inject({ method: 'POST', url: '/echo/7', payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'invalid', status: 400, instance: '/echo/7' });
    const pointers = answer.json<{ errors: { pointer: string }[] }>().errors.map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/name', '/a~1b/c~0d/1']);
    const query = await app.inject({ method: 'POST', url: '/echo/7?limit=999', payload: { name: 'n' } });
    expect(query.json()).toMatchObject({ errors: [{ pointer: 'query/limit' }] });
  });

  it('asks who is calling before it looks at the body', async () => {
    const app = await testServer({ routes: [echo], actor: null });
    const answer = await app.inject({
      method: 'POST',
      url: '/echo/7',
      payload: '{broken',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  it('refuses an actor who holds the permission nowhere', async () => {
    const app = await testServer({ routes: [echo], actor: { ...systemActor, bindings: [] } });
    const answer = await app.inject({ method: 'POST', url: '/echo/7', payload: { name: 'n' } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'forbidden' });
  });

  it('answers 500 without a word of its inside when its own answer is malformed', async () => {
    const bad = defineRoute({ ...throwing(null), handle: () => ({ ok: 'secret' }) });
    const app = await testServer({ routes: [bad] });
    const answer = await app.inject('/throw');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret');
  });

  it('sends text of a raw response as it is', async () => {
    const page = defineRoute({
      ...throwing(null),
      responses: { 200: rawResponse('text/plain', 'words') },
      handle: ({ reply }) => reply.type('text/plain').send('hello'),
    });
    const answer = await (await testServer({ routes: [page] })).inject('/throw');
    expect([answer.statusCode, answer.body]).toEqual([200, 'hello']);
  });
});

describe('a problem', () => {
  it.each([
    [new AppError('not_found', 'no incident inc_1'), 404, 'not_found'],
    [new AppError('conflict', 'taken'), 409, 'conflict'],
    [new AppError('precondition', 'stale'), 412, 'precondition'],
    [new AppError('limit', 'too big'), 413, 'limit'],
    [new AppError('limit', 'slow down', { details: { retryAfterSeconds: 3 } }), 429, 'limit'],
    [new AppError('unavailable', 'store down'), 503, 'unavailable'],
    [new Error('postgres://u:p@h'), 500, 'internal'],
  ])('%s becomes %i', async (error, status, code) => {
    const app = await testServer({ routes: [throwing(error)] });
    const answer = await app.inject('/throw');
    expect(answer.json()).toMatchObject({ status, code, type: `urn:headwater:problem:${code}` });
    expect(answer.statusCode).toBe(status);
    if (status === 503) expect(answer.headers['retry-after']).toBe('2');
    if (status === 429) expect(answer.headers['retry-after']).toBe('3');
    expect(answer.body).not.toContain('u:p@h');
  });

  it('is the answer for an unknown path, a broken body and a body that is too large', async () => {
    const small = defineRoute({ ...echo, url: '/small/:id', operationId: 'small', bodyLimit: 10 } as never);
    const app = await testServer({ routes: [echo, small] });
    expect((await app.inject('/nowhere?x=1')).json()).toMatchObject({ status: 404, instance: '/nowhere' });
    const headers = { 'content-type': 'application/json' };
    const broken = await app.inject({ method: 'POST', url: '/echo/1', payload: '{"name":', headers });
    expect(broken.json()).toMatchObject({ status: 400, code: 'invalid' });
    const large = await app.inject({ method: 'POST', url: '/small/1', payload: { name: 'long enough' } });
    expect(large.json()).toMatchObject({ status: 413, code: 'limit' });
    const polluted = await app.inject({
      method: 'POST',
      url: '/echo/1',
      payload: '{"__proto__":{"a":1},"name":"x"}',
      headers,
    });
    expect(polluted.statusCode).toBe(400);
  });

  it('keeps a harmless request id and replaces one that could forge a log line', async () => {
    const app = await testServer({ routes: [throwing(new Error('x'))] });
    const kept = await app.inject({ url: '/throw', headers: { 'x-request-id': 'trace-1' } });
    expect(kept.headers['x-request-id']).toBe('trace-1');
    expect(kept.json()).toMatchObject({ requestId: 'trace-1' });
    const forged = await app.inject({ url: '/throw', headers: { 'x-request-id': 'a b"c' } });
    expect(forged.headers['x-request-id']).toMatch(/^req_/);
  });
});
