import { systemActor } from '@headwater/core/access/actor.ts';
import { scopeOf } from '@headwater/core/access/permissions.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import type { LightMyRequestResponse } from 'fastify';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openIncidents } from '../http/incidents/test-incidents.ts';
import { ROUTES } from '../http/routes.ts';
import { ask, type Ids, nameOf, wellFormed } from './test-requests.ts';
import { type TestApp, testApp } from './test-app.ts';

const WRITES = ROUTES.filter(
  ({ method, url }) => method !== 'GET' && /^\/api\/v1\/(incidents|alerts)\/:id/.test(url) && !/remediations/.test(url),
);

/** What must have happened before, for a write to have something to undo. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  'PATCH /api/v1/incidents/:id/unhide': ['PATCH /api/v1/incidents/:id'],
  'POST /api/v1/incidents/:id/reopen': ['POST /api/v1/incidents/:id/resolve'],
  'POST /api/v1/incidents/:id/unacknowledge': ['POST /api/v1/incidents/:id/acknowledge'],
  'POST /api/v1/incidents/:id/unsnooze': ['POST /api/v1/incidents/:id/snooze'],
  'POST /api/v1/incidents/:id/unmerge': ['POST /api/v1/incidents/:id/merge'],
};

/** Without a body the incident is hidden, with one it is edited. */
const HIDES = new Set(['PATCH /api/v1/incidents/:id']);

describe('every write', () => {
  const database = useDatabase('18');
  let test: TestApp;
  let headers: Record<string, string>;
  let ids: Ids;
  let commentId = '';

  beforeAll(async () => {
    test = await testApp({ store: database().store });
    await test.person('kim', { role: 'admin', cluster: '*', namespace: '*' });
  });

  beforeEach(async () => {
    const scene = await openIncidents(database());
    test.clock.now = scene.now;
    const { authorization } = await test.signIn('kim');
    headers = { authorization, 'x-request-id': 'req-of-this-write' };
    const alerts = await database().pool.query<{ id: string }>(
      'select alert_id as id from alert_episode where incident_id = $1 limit 1',
      [scene.shop],
    );
    ids = { incident: scene.shop, other: scene.bank, alert: alerts.rows[0]?.id ?? '' };
  });

  function write(name: string): Promise<LightMyRequestResponse> {
    const route = ROUTES.find((one) => nameOf(one) === name);
    if (!route) throw new Error(`there is no route ${name}`);
    const ofAlert = route.url.includes('/alerts/:id');
    // An alert moves to the other incident; everything else is about the first.
    const payload = HIDES.has(name) ? undefined : wellFormed(route, ofAlert ? { ...ids, incident: ids.other } : ids);
    const param = ofAlert ? ids.alert : ids.incident;
    return ask(test.app, route, { param, params: { commentId }, headers, payload });
  }

  it.each(WRITES.map(nameOf))('%s leaves a row of who did what', async (name) => {
    for (const before of FIRST[name] ?? firstComment(name)) {
      const answer = await write(before);
      expect(answer.statusCode).toBeLessThan(300);
      commentId = answer.json<{ id?: string }>().id ?? '';
    }
    const everything = scopeOf(systemActor, 'audit.read');
    const newest = async () =>
      (await database().store.audit.list({ scope: everything }, { before: null, limit: 1 }))[0];
    const last = await newest();
    const answer = await write(name);
    expect({ body: answer.body, status: answer.statusCode }).toMatchObject({
      status: expect.toSatisfy((status: number) => status < 300) as unknown,
    });
    const row = await newest();
    expect(row?.id).toBeGreaterThan(last?.id ?? 0);
    expect(row).toMatchObject({
      actorKind: 'user',
      actorName: 'kim',
      action: expect.stringMatching(/^(incident|alert|comment|vote)\./) as unknown,
      requestId: 'req-of-this-write',
      remoteAddress: '127.0.0.1',
      cluster: 'prod',
      namespaces: expect.toSatisfy((namespaces: readonly string[]) => namespaces.length > 0) as unknown,
    });
  });
});

function firstComment(name: string): readonly string[] {
  return name.endsWith('/:commentId') ? [`POST ${name.replace(/^\w+ /, '').replace('/:commentId', '')}`] : [];
}
