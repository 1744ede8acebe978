import { scopeOfBindings } from '@headwater/core/access/scope.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { json } from '../values.ts';
import { addIncident, T, testId } from './test-rows.ts';

const scope = scopeOfBindings([{ role: 'viewer', cluster: '*', namespace: '*' }]);
const MODEL = 'lexical-v1';

describe.each(ENGINES)('recall on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  beforeEach(() => database().pool.query('truncate incident restart identity cascade'));
  const recall = () => database().store.recall;
  const words = async (...wanted: string[]) =>
    (await recall().byWords({ scope, model: MODEL, words: wanted, limit: 50 })).map(({ id }) => id);
  const put = (incidentId: string, summary: string, model = MODEL) =>
    recall().put({ id: testId('emb'), incidentId, model, summary, createdAt: T });

  it('keeps one document per incident and model', async () => {
    const incident = await addIncident(database());
    const first = await put(incident, 'pool exhausted');
    expect(await put(incident, 'pool exhausted again')).toBe(first);
    expect(await put(incident, 'vectors', 'other-model')).not.toBe(first);
    const [found] = await recall().byWords({ scope, model: MODEL, words: ['exhausted'], limit: 5 });
    expect(found).toMatchObject({ id: incident, summary: 'pool exhausted again' });
  });

  it('finds by any word of the document or the incident, each once, the newest first', async () => {
    const old = await addIncident(database(), { title: 'Queue is full', started_at: new Date(T - 1000) });
    const fresh = await addIncident(database(), { title: 'Queue and pool', analysis_summary: 'queue of the pool' });
    await put(fresh, 'queue everywhere');
    expect(await words('queue', 'pool')).toEqual([fresh, old]);
    expect(await words('pool')).toEqual([fresh]);
    expect(await words("'", '!')).toEqual([]);
    expect(await words()).toEqual([]);
  });

  it('never looks at a document of another model', async () => {
    const incident = await addIncident(database(), { title: 'Slow' });
    await put(incident, 'zeppelin', 'gemini-embedding-001');
    expect(await words('zeppelin')).toEqual([]);
    const [found] = await recall().byWords({ scope, model: MODEL, words: ['slow'], limit: 5 });
    expect(found?.summary).toBe('Slow');
  });

  it('finds others with the same kind of cause or subject, not itself, hidden or merged ones', async () => {
    const subject = json({ kind: 'Deployment', namespace: 'shop', name: 'cart' });
    const self = await addIncident(database(), { cause_category: 'oom-killed', subject });
    const both = await addIncident(database(), { cause_category: 'oom-killed', subject });
    const place = await addIncident(database(), { subject });
    await addIncident(database(), { subject, hidden: true });
    await addIncident(database(), { subject, merged_into: self });
    await addIncident(database());
    const alike = await recall().alike({
      scope,
      model: MODEL,
      incidentId: self,
      category: 'oom-killed',
      subjectName: 'cart',
      limit: 10,
    });
    expect(alike.map(({ id }) => id).sort()).toEqual([both, place]);
    expect(
      await recall().alike({ scope, model: MODEL, incidentId: self, category: null, subjectName: null, limit: 10 }),
    ).toEqual([]);
    const nobody = scopeOfBindings([]);
    expect(
      await recall().alike({
        scope: nobody,
        model: MODEL,
        incidentId: self,
        category: 'oom-killed',
        subjectName: 'cart',
        limit: 10,
      }),
    ).toEqual([]);
  });
});
