import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nestsTooDeep } from './json-body.ts';
import { defineRoute } from './route.ts';
import { testServer } from './test-server.ts';

describe('the depth of a body', () => {
  it('is counted in brackets, not in what stands in quotes', () => {
    expect(nestsTooDeep('[[[]]]', 3)).toBe(false);
    expect(nestsTooDeep('[[[]]]', 2)).toBe(true);
    expect(nestsTooDeep('{"a":{"b":[]}}', 2)).toBe(true);
    expect(nestsTooDeep('[[],[],{}]', 2)).toBe(false);
    expect(nestsTooDeep('["[[[[[[", "{{{{", "\\"[[[[", "\\\\"]', 1)).toBe(false);
    expect(nestsTooDeep('["\\\\", [[]]]', 2)).toBe(true);
    expect(nestsTooDeep('"never closed [[[', 1)).toBe(false);
    expect(nestsTooDeep('', 1)).toBe(false);
  });

  it('is limited before the body is parsed, so that brackets alone cost nothing', async () => {
    const any = defineRoute({
      method: 'POST',
      url: '/any',
      operationId: 'any',
      summary: 'Any',
      tags: ['test'],
      access: 'public',
      body: z.unknown(),
      responses: { 200: z.object({ ok: z.boolean() }) },
      handle: () => ({ ok: true }),
    });
    const app = await testServer({ routes: [any] });
    const headers = { 'content-type': 'application/json' };
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const send = (payload: string) => app.inject({ method: 'POST', url: '/any', headers, payload });
    expect((await send(nested(100))).statusCode).toBe(200);
    expect((await send(nested(101))).json()).toMatchObject({ status: 400, code: 'invalid' });
    const started = performance.now();
    expect((await send(nested(400_000))).statusCode).toBe(400);
    expect(performance.now() - started).toBeLessThan(500);
    expect((await send(`"${'x'.repeat(1_100_000)}"`)).statusCode).toBe(413);
  });
});
