import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { FOREIGN_EVIDENCE, type IncidentScene, kim, openIncidents, OWN_EVIDENCE } from './test-incidents.ts';

const database = useDatabase('18');
let scene: IncidentScene;
// Reading changes nothing, so one scene serves every test; the few that write say so.
beforeAll(async () => {
  scene = await openIncidents(database());
  await scene.diagnose();
});

const shopViewer = person('viewer', 'shop');

async function get(path: string, actor = kim) {
  return (await scene.as(actor)).inject({ url: `/api/v1/incidents/${scene.shop}${path}` });
}

describe('one incident', () => {
  it('opens with diagnosis, actions and similar ones', async () => {
    const answer = await get('');
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({
      id: scene.shop,
      cause: 'Deployment bank/ledger was killed for memory',
      causeCategory: 'oom-killed',
      confidence: 'high',
      diagnosis: {
        revision: 1,
        phase: 'firing',
        body: { schema: 'headwater.diagnosis/v1', causes: [{ category: 'oom-killed' }] },
        withheld: [],
      },
      actions: {
        acknowledge: { allowed: true },
        reopen: { allowed: false, reason: 'the incident is not resolved' },
        moveAlert: { allowed: true },
      },
      similar: [],
      mergedInto: null,
      mergedFrom: [],
    });
    expect(answer.headers['etag']).toMatch(/^"\d+"$/);
  });

  it('says to a viewer why nothing may be done', async () => {
    const { actions } = (await get('', person('viewer'))).json<{
      actions: Record<string, { allowed: boolean; reason: string }>;
    }>();
    expect(Object.values(actions).every(({ allowed, reason }) => !allowed && reason.includes('incidents.write'))).toBe(
      true,
    );
  });

  it.each([
    '',
    '/alerts',
    '/evidence',
    `/evidence/${OWN_EVIDENCE}`,
    '/diagnosis',
    '/diagnoses',
    '/diagnoses/1',
    '/timeline',
    '/similar',
    '/comments',
    '/feedback',
  ])('GET …%s is 404 outside the scope, as if it were not there', async (path) => {
    expect((await get(path)).statusCode).toBe(200);
    const foreign = await get(path, person('admin', 'bank'));
    expect(foreign.statusCode).toBe(404);
    const missing = await (await scene.as(kim)).inject({ url: `/api/v1/incidents/inc_missing${path}` });
    expect(missing.statusCode).toBe(404);
    expect(foreign.json<{ detail: string }>().detail.replace(scene.shop, '')).toBe(
      missing.json<{ detail: string }>().detail.replace('inc_missing', ''),
    );
  });

  it.each(['/%00', '/a b', '/..%2f..%2fetc%2fpasswd'])('GET %s is no id', async (path) => {
    const answer = await (await scene.as(kim)).inject({ url: `/api/v1/incidents${path}` });
    expect(answer.statusCode).toBe(400);
  });

  it.each([
    ['/diagnoses/7', 404],
    ['/diagnoses/0', 400],
    ['/evidence/ev_missing', 404],
    ['/evidence?kind=rumour', 400],
    ['/timeline?order=random', 400],
    ['/similar?limit=99', 400],
  ])('GET …%s is %i', async (path, status) => {
    const answer = await get(path);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});

describe('parts of an incident', () => {
  it('tell its alerts and why each joined', async () => {
    const page = (await get('/alerts')).json<{ items: { name: string; episode: { joinReason: string } }[] }>();
    expect(page.items.map(({ name }) => name)).toEqual(['SlowAnswers', 'PodDown']);
    expect(page.items.every(({ episode }) => episode.joinReason.length > 0)).toBe(true);
    const first = (await get('/alerts?limit=1')).json<{ nextCursor: string }>();
    const second = (await get(`/alerts?limit=1&cursor=${first.nextCursor}`)).json();
    expect(second).toMatchObject({ items: [{ name: 'PodDown' }], nextCursor: null });
  });

  it('tell what was read, and all of it for one', async () => {
    const page = (await get('/evidence')).json<{ items: { id: string; cited: boolean; withheld: boolean }[] }>();
    expect(page.items.map(({ id, cited, withheld }) => [id, cited, withheld])).toEqual([
      [OWN_EVIDENCE, true, false],
      [FOREIGN_EVIDENCE, true, false],
    ]);
    expect((await get(`/evidence/${OWN_EVIDENCE}`)).json()).toMatchObject({ content: { lines: ['HTTP 500'] } });
    expect((await get('/evidence?kind=log')).json()).toMatchObject({ items: [{ id: OWN_EVIDENCE }], nextCursor: null });
    const first = (await get('/evidence?limit=1')).json<{ nextCursor: string }>();
    expect((await get(`/evidence?limit=1&cursor=${first.nextCursor}`)).json()).toMatchObject({
      items: [{ id: FOREIGN_EVIDENCE }],
      nextCursor: null,
    });
  });

  it('tell what happened in plain words, either way round', async () => {
    await (await scene.as(kim)).inject({ method: 'POST', url: `/api/v1/incidents/${scene.shop}/acknowledge` });
    const newest = (await get('/timeline?limit=1')).json<{ items: { text: string }[]; nextCursor: string }>();
    expect(newest.items).toMatchObject([{ kind: 'incident.acknowledged', actor: 'kim', text: 'kim acknowledged it' }]);
    const rest = (await get(`/timeline?cursor=${newest.nextCursor}`)).json<{ items: { text: string }[] }>();
    expect(rest.items.at(-1)?.text).toMatch(/^Opened by 2 alerts \(/);
    expect((await get('/timeline?order=oldest&limit=1')).json()).toMatchObject({
      items: [{ kind: 'incident.opened' }],
    });
    expect((await get('/timeline?kind=incident.resolved')).json()).toEqual({ items: [], nextCursor: null });
  });

  it('keep every diagnosis; without any there is none', async () => {
    await scene.diagnose();
    const none = await (await scene.as(kim)).inject({ url: `/api/v1/incidents/${scene.bank}/diagnosis` });
    expect(none.statusCode).toBe(404);
    expect((await get('/diagnosis')).json()).toMatchObject({ revision: 2 });
    expect((await get('/diagnoses/1')).json()).toMatchObject({ revision: 1, body: { verdict: 'cause' } });
    const all = (await get('/diagnoses')).json<{ items: { revision: number }[] }>();
    expect(all.items.map(({ revision }) => revision)).toEqual([2, 1]);
  });
});

describe('what lies in a namespace the caller may not read', () => {
  it.each([
    '',
    '/evidence',
    `/evidence/${FOREIGN_EVIDENCE}`,
    '/diagnosis',
    '/diagnoses',
    '/diagnoses/1',
    '/timeline',
    '/similar',
  ])('is in no answer of GET …%s', async (path) => {
    const answer = await get(path, shopViewer);
    expect(answer.statusCode, answer.body).toBe(200);
    for (const secret of ['bank', 'ledger', 'OOMKilled']) expect(answer.body).not.toContain(secret);
  });

  it('is in no list', async () => {
    const answer = await (await scene.as(shopViewer)).inject({ url: '/api/v1/incidents' });
    expect(answer.json()).toMatchObject({
      items: [{ id: scene.shop, cause: 'The cause lies in a namespace you may not read', causeCategory: 'oom-killed' }],
    });
    expect(answer.body).not.toContain('ledger');
  });

  it('is marked as withheld, while the rest is whole', async () => {
    const page = (await get('/evidence', shopViewer)).json<{
      items: { id: string; withheld: boolean; text: string }[];
    }>();
    expect(page.items).toMatchObject([
      { id: OWN_EVIDENCE, withheld: false, text: 'HTTP 500' },
      { id: FOREIGN_EVIDENCE, withheld: true, text: '(withheld)', subject: null, query: '' },
    ]);
    expect((await get('/diagnosis', shopViewer)).json()).toMatchObject({
      withheld: [FOREIGN_EVIDENCE],
      body: { symptoms: [{ statement: 'cart answers 500' }] },
    });
  });
});
