import { changedObjects } from '@headwater/engine/journal/test-journal.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { type IncidentScene, openIncidents } from '../http/incidents/test-incidents.ts';
import type { Route } from '../http/route.ts';
import { ROUTES } from '../http/routes.ts';
import { ask, type Ids, nameOf, wellFormed } from './test-requests.ts';
import { type TestApp, testApp } from './test-app.ts';

const OF_ONE = ROUTES.filter(({ url }) => /^\/api\/v1\/(incidents|alerts)\/:id/.test(url));

describe.each(ENGINES)('what is in another namespace on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let scene: IncidentScene;
  let test: TestApp;
  let shopAlert: string;
  let ids: Ids;
  let stranger: { readonly authorization: string };
  let owner: { readonly authorization: string };
  let commentId: string;

  beforeAll(async () => {
    scene = await openIncidents(database());
    await scene.diagnose();
    test = await testApp({ store: database().store });
    test.clock.now = scene.now;
    await changedObjects(database(), 'prod', ['cart-flags', 'shop'], ['cart-policy', null], ['ledger', 'bank']);
    const alerts = await database().pool.query<{ id: string }>(
      `select alert.id from alert join alert_episode episode on episode.alert_id = alert.id where episode.incident_id = $1`,
      [scene.shop],
    );
    shopAlert = alerts.rows[0]?.id ?? '';
    ids = { incident: scene.shop, other: scene.bank, alert: shopAlert };
    // An admin, but of the bank alone.
    stranger = await test.program({ role: 'admin', cluster: 'prod', namespace: 'bank' });
    owner = await test.program({ role: 'admin', cluster: 'prod', namespace: 'shop' });
    const comment = { method: 'POST', payload: { body: 'seen' }, headers: owner } as const;
    const made = await test.app.inject({ ...comment, url: `/api/v1/incidents/${scene.shop}/comments` });
    commentId = made.json<{ id: string }>().id;
  });

  it.each(OF_ONE.map((route) => [nameOf(route), route] as const))('%s is not found', async (_, route) => {
    const param = route.url.includes('/alerts/:id') ? shopAlert : scene.shop;
    const asked = { params: { commentId }, headers: stranger, payload: wellFormed(route, ids) };
    const answer = await ask(test.app, route, { ...asked, param });
    expect({ status: answer.statusCode, body: answer.body }).toMatchObject({ status: 404 });
    expect(answer.body).not.toMatch(/PodDown|SlowAnswers|cart/);
    const nothing = await ask(test.app, route, { ...asked, param: 'inc_none' });
    expect(answer.json<{ detail: string }>().detail.replaceAll(param, 'ID')).toBe(
      nothing.json<{ detail: string }>().detail.replaceAll('inc_none', 'ID'),
    );
  });

  it('is found by who may see it, so that the refusals above mean something', async () => {
    const seen = await test.app.inject({ url: '/api/v1/changes', headers: owner });
    expect(seen.json<{ items: { subject: { name: string } }[] }>().items.map(({ subject }) => subject.name)).toEqual([
      'cart-flags',
    ]);
    expect(commentId).toMatch(/^cmt_/);
    for (const route of OF_ONE.filter(({ method, url }) => method === 'GET' && url.endsWith('/:id'))) {
      const param = route.url.includes('/alerts/:id') ? shopAlert : scene.shop;
      expect((await ask(test.app, route, { param, headers: owner })).statusCode).toBe(200);
    }
  });

  it.each([
    '/api/v1/incidents',
    '/api/v1/incidents/facets',
    '/api/v1/incidents?query=cart',
    '/api/v1/incidents?namespace=shop',
    '/api/v1/incidents/hidden',
    '/api/v1/alerts',
    '/api/v1/alerts?query=PodDown',
    '/api/v1/changes',
    '/api/v1/changes?namespace=shop',
    '/api/v1/audit',
    '/api/v1/audit/export',
    '/api/v1/maintenances',
  ])('%s does not show it', async (url) => {
    const answer = await test.app.inject({ url, headers: stranger });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toMatch(new RegExp(`PodDown|SlowAnswers|cart|"shop"|${scene.shop}`));
  });

  it.each(['/api/v1/users', '/api/v1/tokens'])('%s is for admins of everything', async (url) => {
    expect((await test.app.inject({ url, headers: stranger })).statusCode).toBe(403);
  });

  it('is neither searched nor asked about', async () => {
    const post = (url: string, payload: object) => test.app.inject({ method: 'POST', url, payload, headers: stranger });
    const found = await post('/api/v1/embeddings/search', { query: 'cart PodDown' });
    expect(found.body).not.toContain(scene.shop);
    const stored = await post('/api/v1/embeddings', { incidentId: scene.shop, incidentSummary: 'x' });
    expect(stored.statusCode).toBe(404);
    const chat = await post('/api/v1/chat', { message: 'what happened?', incidentId: scene.shop });
    expect([400, 404]).toContain(chat.statusCode);
    const merged = await post(`/api/v1/incidents/${scene.bank}/merge`, wellFormed(mergeRoute(), ids) ?? {});
    expect(merged.statusCode).not.toBe(200);
    expect(merged.body).not.toMatch(/PodDown|cart/);
    const bulk = await post('/api/v1/alerts/bulk-resolve', { alertIds: [shopAlert] });
    expect(bulk.body).not.toContain('"resolved":1');
    const status = await database().pool.query(`select status from alert where id = $1`, [shopAlert]);
    expect(status.rows).toEqual([{ status: 'firing' }]);
  });

  it('does not show through a diagnosis that reaches over', async () => {
    const list = await test.app.inject({ url: '/api/v1/incidents', headers: owner });
    expect(list.json<{ items: object[] }>().items).toHaveLength(1);
    for (const path of ['', '/diagnosis', '/diagnoses', '/evidence', '/timeline', '/similar']) {
      const answer = await test.app.inject({ url: `/api/v1/incidents/${scene.shop}${path}`, headers: owner });
      expect(answer.statusCode).toBe(200);
      expect(answer.body).not.toContain('QueueFull');
      expect(answer.body).not.toContain(scene.bank);
    }
  });
});

function mergeRoute(): Route {
  const route = ROUTES.find(({ url }) => url.endsWith('/incidents/:id/merge'));
  if (!route) throw new Error('there is no route that merges incidents');
  return route;
}
