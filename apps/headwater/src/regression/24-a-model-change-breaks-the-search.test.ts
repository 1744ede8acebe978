import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type IncidentScene, kim, openIncidents } from '../http/incidents/test-incidents.ts';

// kube-rca: vectors of a new model do not fit the column of the old one, and old ones were compared with new queries.
describe.each(ENGINES)('documents of another model do no harm, on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let scene: IncidentScene;
  beforeEach(async () => {
    scene = await openIncidents(database());
    await database().pool.query(
      `insert into recall_document (incident_id, model, id, summary, created_at)
       values ($1, 'text-embedding-of-768-dimensions', 'emb_old', 'certificate expired at midnight', now())`,
      [scene.bank],
    );
  });

  const post = async (path: string, payload: object) =>
    (await scene.as(kim)).inject({ method: 'POST', url: `/api/v1/embeddings${path}`, payload });

  it('searching answers, and finds nothing by the words of the other model', async () => {
    const answer = await post('/search', { query: 'certificate expired at midnight' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ results: [], model: 'lexical-v1' });
  });

  it('the incident takes a document of today’s model beside it and is found by that', async () => {
    expect((await post('', { incidentId: scene.bank, incidentSummary: 'clock skew' })).statusCode).toBe(201);
    expect((await post('/search', { query: 'clock skew' })).json()).toMatchObject({
      results: [{ incidentId: scene.bank, incidentSummary: 'clock skew', similarity: 1 }],
      model: 'lexical-v1',
    });
    expect((await post('/search', { query: 'certificate' })).json()).toMatchObject({ results: [] });
  });
});
