import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { type IncidentScene, kim, openIncidents } from './incidents/test-incidents.ts';

const database = useDatabase('18');
let scene: IncidentScene;
beforeEach(async () => {
  scene = await openIncidents(database());
});

async function comment(body: unknown, key: string, actor = kim) {
  const url = `/api/v1/incidents/${scene.shop}/comments`;
  const headers = { 'idempotency-key': key };
  return (await scene.as(actor)).inject({ method: 'POST', url, headers, payload: { body } });
}

async function comments(): Promise<number> {
  return (await database().db.selectFrom('comment').select('id').execute()).length;
}

describe('a request with an Idempotency-Key', () => {
  it('sent again is answered as the first time and done once', async () => {
    const first = await comment('once', 'k1');
    const again = await comment('once', 'k1');
    expect(again.statusCode).toBe(201);
    expect(again.json()).toEqual(first.json());
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await comments()).toBe(1);
  });

  it('replays status, entity tag and body of a state change', async () => {
    const app = await scene.as(kim);
    const request = {
      method: 'POST',
      url: `/api/v1/incidents/${scene.shop}/resolve`,
      headers: { 'idempotency-key': 'r' },
    } as const;
    const first = await app.inject(request);
    const again = await app.inject(request);
    expect([again.statusCode, again.headers['etag'], again.body]).toEqual([200, first.headers['etag'], first.body]);
  });

  it('with another body under the same key is a conflict', async () => {
    await comment('one', 'k1');
    const other = await comment('two', 'k1');
    expect(other.statusCode).toBe(409);
    expect(other.json()).toMatchObject({ code: 'conflict', detail: expect.stringContaining('another request') });
    expect(await comments()).toBe(1);
  });

  it('of another person is another request', async () => {
    await comment('same words', 'k1');
    expect((await comment('same words', 'k1', person('responder', '*', 'lee'))).statusCode).toBe(201);
    expect(await comments()).toBe(2);
  });

  it('sent twice at once is done once; the second is told to wait', async () => {
    const answers = await Promise.all([comment('twice', 'k1'), comment('twice', 'k1')]);
    const codes = answers.map(({ statusCode }) => statusCode).sort((left, right) => left - right);
    expect(await comments()).toBe(1);
    expect([
      [201, 201],
      [201, 409],
    ]).toContainEqual(codes);
    const waiting = answers.find(({ statusCode }) => statusCode === 409);
    if (waiting) expect(waiting.headers['retry-after']).toBe('1');
  });

  it('that failed may be sent again', async () => {
    const url = '/api/v1/embeddings';
    const payload = { incidentId: 'inc_missing', incidentSummary: 'x' };
    const app = await scene.as(kim);
    const headers = { 'idempotency-key': 'k1' };
    expect((await app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(404);
    expect((await comment('after a failure', 'k1')).statusCode).toBe(201);
  });

  it('whose process died is done by the next after a while', async () => {
    const { pool } = database();
    await comment('x', 'k1');
    await pool.query('update idempotency_key set status = null, response = null');
    expect((await comment('x', 'k1')).statusCode).toBe(409);
    scene.now += 3 * 60_000;
    expect((await comment('x', 'k1')).statusCode).toBe(201);
  });

  it.each(['', 'x'.repeat(201), 'two words'])('refuses the key %j', async (key) => {
    expect((await comment('x', key)).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: expect.stringContaining('idempotency-key') }],
    });
  });
});
