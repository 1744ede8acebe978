import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { openIncidents } from '../http/incidents/test-incidents.ts';
import type { Route } from '../http/route.ts';
import { ROUTES } from '../http/routes.ts';
import { ask, fieldsOf, type Ids, nameOf, PUBLIC, queryOf, wellFormed } from './test-requests.ts';
import { PASSWORD, type TestApp, testApp } from './test-app.ts';

const HOSTILE = [
  "' or '1'='1",
  "'; drop table app_user; --",
  '1) or (1=1',
  "\\'; select pg_sleep(9); --",
  '%_\\',
  "'||(select token_hash from api_token limit 1)||'",
  '{"$ne":null}',
  '$1',
  '\u0000',
  '\ud800',
  '../../../../etc/passwd',
  '{{7*7}}${7*7}',
  "a' & b | !c <-> d:*",
];

// Streams never end, and the alerts routes are tried with whole bodies of their own.
const TRIED = ROUTES.filter(({ url, access }) => !/stream|\/events$/.test(url) && access !== 'intake');

describe('hostile input', () => {
  const database = useDatabase('18');
  let test: TestApp;
  let headers: { readonly authorization: string };
  let before: string;
  let ids: Ids;

  async function snapshot(): Promise<string> {
    const tables = ['app_user', 'api_token', 'role_binding', 'alert', 'alert_episode', 'instance_secret'];
    const counts = tables.map((table) => `select '${table}' as name, count(*) from ${table}`);
    return JSON.stringify((await database().pool.query(counts.join(' union all '))).rows);
  }

  beforeAll(async () => {
    const scene = await openIncidents(database());
    await scene.diagnose();
    test = await testApp({ store: database().store });
    test.clock.now = scene.now;
    headers = await test.program({ role: 'admin', cluster: '*', namespace: '*' });
    await test.person('kim', { role: 'viewer', cluster: '*', namespace: '*' });
    before = await snapshot();
    const alert = await database().pool.query<{ id: string }>('select id from alert order by id limit 1');
    ids = { incident: scene.shop, other: scene.bank, alert: alert.rows[0]?.id ?? '' };
  });

  it.each(TRIED.map((route) => [nameOf(route), route] as const))(
    '%s takes it as data or refuses it',
    async (name, route) => {
      for (const text of HOSTILE) {
        const query = Object.fromEntries(queryOf(route).map((field) => [field, text]));
        const bodies = bodiesOf(route, text);
        for (const payload of bodies) {
          const answer = await ask(test.app, route, {
            param: text,
            params: paramsOf(route, text),
            query,
            payload,
            headers: PUBLIC.has(name) ? {} : headers,
          });
          expect({ text, payload, status: answer.statusCode, body: answer.body.slice(0, 300) }).toMatchObject({
            status: expect.toSatisfy((status: number) => status < 500) as unknown,
          });
          expect(answer.body).not.toMatch(/syntax error at|SQLSTATE|node_modules|\bat \w+ \(|fast\$/);
        }
      }
      expect(await snapshot()).toBe(before);
    },
  );

  it.each(
    TRIED.filter(({ url, body }) => /^\/api\/v1\/(incidents|alerts)\/:id/.test(url) && body).map(
      (route) => [nameOf(route), route] as const,
    ),
  )('%s takes it in any one field', async (_, route) => {
    const good = wellFormed(route, ids);
    const param = route.url.includes('/alerts/') ? ids.alert : ids.incident;
    for (const field of fieldsOf(route)) {
      for (const text of HOSTILE) {
        const answer = await ask(test.app, route, { param, headers, payload: { ...good, [field]: text } });
        expect({ field, text, status: answer.statusCode }).toEqual({
          field,
          text,
          status: expect.toSatisfy((status: number) => status < 500) as unknown,
        });
      }
    }
    expect(await snapshot()).toBe(before);
  });

  it('is not signed in by', async () => {
    for (const text of HOSTILE) {
      for (const payload of [
        { login: text, password: text },
        { login: 'kim', password: text },
        { login: { $ne: 1 }, password: ['x'] },
      ]) {
        const answer = await test.app.inject({ method: 'POST', url: '/api/v1/auth/login', payload });
        expect([400, 401, 429]).toContain(answer.statusCode);
      }
      test.clock.now += 86_400_000;
    }
    expect((await test.signIn('kim', PASSWORD)).cookie).not.toBe('');
  });

  it('finds nothing it should not by searching', async () => {
    const all = await test.app.inject({ url: '/api/v1/users?query=kim', headers });
    expect(all.json<{ items: object[] }>().items).toHaveLength(1);
    for (const text of HOSTILE) {
      const answer = await test.app.inject({ url: '/api/v1/users', query: { query: text }, headers });
      expect(answer.json<{ items?: object[] }>().items ?? []).toEqual([]);
    }
  });

  it.each(['x\r\nset-cookie: a=b', 'x\nx-evil: 1', 'x\u0000', 'é'.repeat(200), 'y'.repeat(5_000)])(
    'does not reach the headers of an answer: %j',
    async (text) => {
      const url = `/api/v1/users/${encodeURIComponent(text)}`;
      const answer = await test.app.inject({ url, headers: { ...headers, 'x-request-id': encodeURI(text) } });
      expect(answer.headers['x-evil']).toBeUndefined();
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(String(answer.headers['x-request-id'])).toMatch(/^[\w.:/+=-]{1,128}$/);
      expect(answer.statusCode).toBeLessThan(500);
    },
  );

  it('does not make a page of ours speak for another host', async () => {
    const answer = await test.app.inject({
      url: '/api/v1/nothing',
      headers: { host: 'evil.test', 'x-forwarded-host': 'evil.test' },
    });
    expect(answer.statusCode).toBe(404);
    expect(`${answer.body}${JSON.stringify(answer.headers)}`).not.toContain('evil.test');
    const cors = await test.app.inject({
      method: 'OPTIONS',
      url: '/api/v1/incidents',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'GET' },
    });
    expect(cors.headers['access-control-allow-origin']).toBeUndefined();
  });
});

function bodiesOf(route: Route, text: string): readonly (object | undefined)[] {
  const fields = fieldsOf(route);
  if (!route.body) return [undefined];
  const all = Object.fromEntries(fields.map((field) => [field, text]));
  const lists = Object.fromEntries(fields.map((field) => [field, [text]]));
  return [all, lists, { [text]: text }];
}

function paramsOf({ url }: Route, text: string): Record<string, string> {
  return Object.fromEntries([...url.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, text]));
}
