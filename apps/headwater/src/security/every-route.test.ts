import { type Role, ROLES } from '@headwater/core/access/actor.ts';
import { type Permission, PERMISSIONS, ROLE_PERMISSIONS } from '@headwater/core/access/permissions.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../http/routes.ts';
import { ask, nameOf, PUBLIC } from './test-requests.ts';
import { type TestApp, testApp } from './test-app.ts';

const GUARDED = ROUTES.filter((route) => !PUBLIC.has(nameOf(route)));

describe('every route', () => {
  const database = useDatabase('18');
  let test: TestApp;
  const programs = new Map<Role, { readonly authorization: string }>();

  beforeAll(async () => {
    test = await testApp({ store: database().store });
    for (const role of ROLES) programs.set(role, await test.program({ role, cluster: '*', namespace: '*' }));
  });

  it('stands in the route table: nothing is served that these tests do not walk', () => {
    const served = [...servedBy(test.app.printRoutes({ commonPrefix: false }))];
    const known = new Set(ROUTES.map(({ url }) => url));
    expect(served.length).toBeGreaterThan(50);
    // The page's own files, and the answer to what a browser asks before it calls from another origin.
    expect(
      served.filter((url) => !known.has(url) && url !== '*' && url !== '/*' && !url.startsWith('/assets')),
    ).toEqual([]);
  });

  it('is public only when it is on the list', () => {
    const open = ROUTES.filter(({ access }) => access === 'public').map(nameOf);
    expect(open.sort()).toEqual([...PUBLIC].sort());
    expect(GUARDED.length).toBeGreaterThan(40);
  });

  it.each(GUARDED.map((route) => [nameOf(route), route] as const))(
    '%s answers 401 without a good token',
    async (_, route) => {
      const expired = await test.people.accessTokens.sign({ userId: 'usr_none', sessionId: 'ses_none' });
      const wrong: Record<string, string>[] = [
        {},
        { authorization: 'Bearer x' },
        { authorization: `Bearer hw_${'A'.repeat(40)}` },
        { authorization: `Bearer ${expired.token}` },
        { authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` },
        { authorization: 'Bearer ', cookie: `headwater_refresh=${'A'.repeat(43)}` },
        { 'x-auth-token': 'x', 'x-forwarded-user': 'admin', 'x-remote-user': 'admin' },
      ];
      for (const headers of wrong) {
        const answer = await ask(test.app, route, { headers });
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['content-type']).toContain('application/problem+json');
        expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
      }
    },
  );

  it.each(GUARDED.map((route) => [nameOf(route), route] as const))(
    '%s answers 403 to every role that lacks its permission',
    async (_, route) => {
      const permission = permissionOf(route.access);
      if (permission === null) return;
      const lacking = ROLES.filter((role) => !ROLE_PERMISSIONS[role].includes(permission));
      expect(lacking.length).toBeGreaterThan(0);
      for (const role of lacking) {
        const answer = await ask(test.app, route, { headers: programs.get(role) ?? {}, payload: bodyOf(route.method) });
        expect({ role, status: answer.statusCode }).toEqual({ role, status: 403 });
        expect(answer.json()).toMatchObject({ code: 'forbidden' });
      }
    },
  );

  it.each(['users.manage', 'tokens.manage', 'jobs.manage'] as const)(
    '%s is for admins of everything',
    async (permission) => {
      const local = await test.program({ role: 'admin', cluster: 'prod', namespace: '*' });
      for (const route of GUARDED.filter(({ access }) => access === permission))
        expect((await ask(test.app, route, { headers: local, payload: bodyOf(route.method) })).statusCode).toBe(403);
    },
  );

  it('that writes asks for more than reading', () => {
    const reading: readonly Permission[] = ['incidents.read', 'audit.read'];
    const lax = GUARDED.filter(
      ({ method, access }) => method !== 'GET' && reading.some((permission) => permission === access),
    );
    // Questions that need a body, and what belongs to the caller alone: a stream ticket, a conversation.
    expect(
      lax.map(nameOf).filter((name) => !/\/(search|stream-tickets|chat|analyze|summarize-incident)\b/.test(name)),
    ).toEqual([]);
  });
});

function permissionOf(access: string): Permission | null {
  if (access === 'intake') return 'signals.send';
  return PERMISSIONS.find((permission) => permission === access) ?? null;
}

function bodyOf(method: string): object | undefined {
  return method === 'GET' ? undefined : {};
}

function* servedBy(printed: string): Generator<string> {
  const stack: string[] = [];
  for (const line of printed.split('\n')) {
    const match = /^((?:│ {3}| {4})*)(?:├── |└── )(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!match) continue;
    const [, indent = '', part = '', methods] = match;
    const depth = indent.length / 4;
    stack.length = depth;
    stack.push(part);
    if (methods) yield stack.join('');
  }
}
