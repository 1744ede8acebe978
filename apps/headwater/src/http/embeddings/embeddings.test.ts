import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type IncidentScene, kim, openIncidents } from '../incidents/test-incidents.ts';

const database = useDatabase('18');
let scene: IncidentScene;
beforeEach(async () => {
  scene = await openIncidents(database());
});

async function post(path: string, payload: object, actor = kim) {
  return (await scene.as(actor)).inject({ method: 'POST', url: `/api/v1/embeddings${path}`, payload });
}

describe('recall over HTTP', () => {
  it('keeps one summary per incident and finds it by its words', async () => {
    const first = await post('', { incident_id: scene.shop, incident_summary: 'connection pool exhausted' });
    expect(first.statusCode).toBe(201);
    expect(first.json()).toMatchObject({ model: 'lexical-v1' });
    const again = await post('', {
      incidentId: scene.shop,
      incidentSummary: 'connection pool exhausted after a release',
    });
    expect(again.json()).toEqual(first.json());
    const found = await post('/search', { query: 'pool exhausted' });
    expect(found.json()).toEqual({
      model: 'lexical-v1',
      results: [
        {
          incidentId: scene.shop,
          number: expect.any(Number),
          title: expect.any(String),
          incidentSummary: 'connection pool exhausted after a release',
          similarity: 1,
        },
      ],
    });
  });

  it('finds incidents nobody wrote a summary for, and nothing for foreign words', async () => {
    const found = await post('/search', { query: 'queue of ledger' });
    expect(found.json()).toMatchObject({ results: [{ incidentId: scene.bank }] });
    expect((await post('/search', { query: 'zeppelin' })).json()).toEqual({ results: [], model: 'lexical-v1' });
  });

  it('stays within the scope', async () => {
    expect((await post('/search', { query: 'ledger' }, person('viewer', 'shop'))).json()).toMatchObject({
      results: [],
    });
    const summary = { incidentId: scene.bank, incidentSummary: 'x' };
    expect((await post('', summary, person('responder', 'shop'))).statusCode).toBe(404);
    expect((await post('', summary, person('viewer'))).statusCode).toBe(403);
  });

  it.each([
    ['', {}, '/incidentId'],
    ['', { incidentId: 'x', incidentSummary: ' ' }, '/incidentSummary'],
    ['/search', { query: '' }, '/query'],
    ['/search', { query: 'x', limit: 0 }, '/limit'],
  ])('refuses POST %s %j and says where', async (path, payload, pointer) => {
    expect((await post(path, payload)).json()).toMatchObject({
      status: 400,
      errors: [
        expect.objectContaining({ pointer }),
        ...(path === '' && pointer === '/incidentId' ? [expect.anything()] : []),
      ],
    });
  });
});
