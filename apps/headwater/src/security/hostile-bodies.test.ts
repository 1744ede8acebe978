import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../http/routes.ts';
import { ask, nameOf, PUBLIC } from './test-requests.ts';
import { type TestApp, testApp } from './test-app.ts';

const WITH_BODY = ROUTES.filter(({ body }) => body);
const json = { 'content-type': 'application/json' };

describe('hostile bodies', () => {
  const database = useDatabase('18');
  let test: TestApp;
  let headers: Record<string, string>;

  beforeAll(async () => {
    test = await testApp({ store: database().store });
    headers = { ...(await test.program({ role: 'admin', cluster: '*', namespace: '*' })), ...json };
  });

  it.each(WITH_BODY.map((route) => [nameOf(route), route] as const))(
    '%s refuses what is no JSON object of its own',
    async (name, route) => {
      const sent = PUBLIC.has(name) ? json : headers;
      const bodies = ['{', '[]', '"x"', '1', '{"a":1}{"b":2}', '\u0000', '{"a":NaN}', '<a/>', '{"a":1e999999}', '[[[['];
      for (const payload of bodies) {
        const answer = await ask(test.app, route, { headers: sent, payload });
        expect({ payload, status: answer.statusCode, body: answer.body.slice(0, 200) }).toMatchObject({
          status: expect.toSatisfy((status: number) => status >= 200 && status < 500) as unknown,
        });
      }
      const broken = await ask(test.app, route, { headers: sent, payload: '{"a": ' });
      expect(broken.statusCode).toBe(400);
      expect(broken.json()).toMatchObject({ code: 'invalid', status: 400 });
    },
  );

  it.each([
    '{"__proto__": {"isAdmin": true}, "login": "proto1", "bindings": []}',
    '{"constructor": {"prototype": {"isAdmin": true}}, "login": "proto2"}',
    '{"login": "proto3", "bindings": [{"role": "viewer", "__proto__": {"role": "admin"}}]}',
    '{"login": "proto4", "\\u005f_proto__": {"isAdmin": true}}',
  ])('cannot reach the prototype of anything: %s', async (payload) => {
    const answer = await test.app.inject({ method: 'POST', url: '/api/v1/users', headers, payload });
    expect(answer.statusCode).toBe(400);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('role');
  });

  it('cannot reach it through a query, a label or a name either', async () => {
    await test.app.inject({ url: '/api/v1/users?__proto__[isAdmin]=1&constructor[prototype][isAdmin]=1', headers });
    const labels = { alertname: 'A', namespace: 'shop', constructor: 'x', toString: 'y', hasOwnProperty: 'z' };
    const alerts = [{ status: 'firing', labels, annotations: { valueOf: '1' }, startsAt: '2026-03-01T09:59:00Z' }];
    const body = {
      version: '4',
      groupKey: 'k',
      status: 'firing',
      receiver: 'r',
      groupLabels: {},
      commonLabels: {},
      commonAnnotations: {},
      externalURL: '',
      alerts,
    };
    const named = await test.app.inject({
      method: 'POST',
      url: '/webhook/alertmanager',
      headers,
      payload: JSON.stringify(body),
    });
    expect(named.statusCode).toBe(200);
    const poisoned = JSON.stringify(body).replace('"constructor":"x"', '"__proto__":{"isAdmin":"1"}');
    const refused = await test.app.inject({ method: 'POST', url: '/webhook/alertmanager', headers, payload: poisoned });
    expect(refused.statusCode).toBe(400);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    expect((await test.app.inject({ url: '/api/v1/alerts', headers })).statusCode).toBe(200);
  });

  it('grants nothing by fields nobody asked for', async () => {
    const payload = { login: 'mass', passwordHash: 'x', disabledAt: null, id: 'usr_mine', version: 9 };
    const answer = await test.app.inject({ method: 'POST', url: '/api/v1/users', headers, payload });
    expect(answer.statusCode).toBe(400);
    await test.person('assigner', { role: 'viewer', cluster: '*', namespace: '*' });
    const { authorization } = await test.signIn('assigner');
    const own = { method: 'PATCH', url: '/api/v1/auth/me', headers: { authorization } } as const;
    for (const extra of [
      { bindings: [{ role: 'admin' }] },
      { mustChangePassword: false },
      { id: 'usr_x' },
      { login: 'root' },
    ])
      expect((await test.app.inject({ ...own, payload: { displayName: 'x', ...extra } })).statusCode).toBe(400);
    const me = await test.app.inject({ url: '/api/v1/auth/me', headers: { authorization } });
    expect(me.json()).toMatchObject({ login: 'assigner', permissions: ['incidents.read'] });
  });

  it('of any depth are parsed or refused, never a fall', async () => {
    const depth = 200_000;
    const arrays = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const webhook = (extra: string) =>
      `{"version":"4","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"D"},"annotations":{},"startsAt":"2026-03-01T09:59:00Z","extra":${extra}}],"more":${extra}}`;
    for (const deep of [arrays, objects]) {
      const asked = [
        ['/api/v1/users', `{"login":"deep","displayName":${deep}}`],
        ['/api/v1/tokens', deep],
        ['/webhook/alertmanager', webhook(deep)],
        ['/webhook/alertmanager', deep],
        ['/api/v1/signals/prometheus', webhook(deep)],
        ['/api/v1/signals/kubernetes-event', `{"kind":"Event","metadata":${deep}}`],
      ] as const;
      for (const [url, payload] of asked) {
        const answer = await test.app.inject({ method: 'POST', url, headers, payload });
        expect({ url, status: answer.statusCode, body: answer.body.slice(0, 200) }).toMatchObject({
          status: expect.toSatisfy((status: number) => status < 500) as unknown,
        });
      }
    }
  });

  it('that are too large are refused before they are read', async () => {
    const long = 'x'.repeat(70_000);
    const login = await test.app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      headers: json,
      payload: `{"login":"${long}"}`,
    });
    expect(login.statusCode).toBe(413);
    expect(login.json()).toMatchObject({ code: 'limit', status: 413 });
    const user = await test.app.inject({
      method: 'POST',
      url: '/api/v1/users',
      headers,
      payload: `{"login":"${long}"}`,
    });
    expect(user.statusCode).toBe(413);
    const claimed = { ...headers, 'content-length': String(10 * 1024 ** 3) };
    const webhook = await test.app.inject({
      method: 'POST',
      url: '/webhook/alertmanager',
      headers: claimed,
      payload: '{}',
    });
    expect(webhook.statusCode).toBe(413);
  });

  it('of another content type are refused, so that no form of another page is heard', async () => {
    await test.person('form', { role: 'viewer', cluster: '*', namespace: '*' });
    const payload = JSON.stringify({ login: 'form', password: 'a perfectly fine one' });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ]) {
      const answer = await test.app.inject({
        method: 'POST',
        url: '/api/v1/auth/login',
        headers: { 'content-type': type },
        payload,
      });
      expect({ type, status: answer.statusCode }).toEqual({ type, status: 415 });
    }
  });

  it('with a field twice mean the last one, everywhere alike', async () => {
    const payload = '{"login":"twice-a","login":"twice-b"}';
    const answer = await test.app.inject({ method: 'POST', url: '/api/v1/users', headers, payload });
    expect(answer.json()).toMatchObject({ user: { login: 'twice-b' } });
  });
});
