import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import type { InjectOptions } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, type TestApp, testApp } from '../../security/test-app.ts';

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

describe.each(ENGINES)('users, tokens and the audit over HTTP on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let test: TestApp;
  let root: { readonly authorization: string };

  beforeAll(async () => {
    test = await testApp({ store: database().store });
    await test.person('root', { role: 'admin', cluster: '*', namespace: '*' });
    root = { authorization: (await test.signIn('root')).authorization };
  });

  const call = (options: InjectOptions) => test.app.inject({ headers: root, ...options });

  async function create(
    payload: object,
  ): Promise<{ user: { id: string; bindings: { id: string }[] }; oneTimePassword: string | null }> {
    const answer = await call({ method: 'POST', url: '/api/v1/users', payload });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    return answer.json();
  }

  it('creates an account with a one-time password, or with the one given', async () => {
    const made = await create({
      login: 'kim',
      displayName: '김',
      email: 'kim@example.com',
      language: 'ko',
      bindings: [{ role: 'viewer', cluster: 'prod' }],
    });
    expect(made.oneTimePassword).toMatch(/^[a-z2-9-]{19}$/);
    const got = await call({ url: `/api/v1/users/${made.user.id}` });
    expect(got.json()).toEqual(made.user);
    expect(made.user).toMatchObject({
      login: 'kim',
      displayName: '김',
      mustChangePassword: true,
      disabled: false,
      bindings: [{ role: 'viewer', cluster: 'prod', namespace: '*' }],
    });
    const given = await create({ login: 'lee', password: PASSWORD, mustChangePassword: false });
    expect(given).toMatchObject({ oneTimePassword: null, user: { mustChangePassword: false } });
    expect((await test.signIn('lee')).cookie).not.toBe('');
  });

  it.each([
    [{ login: 'a b' }, '/login'],
    [{ login: 'weak', password: 'weakweak' }, '/password'],
    [{ login: 'mail', email: 'no address' }, '/email'],
    [{ login: 'roles', bindings: [{ role: 'root' }] }, '/bindings/0/role'],
    [{ login: 'sendr', bindings: [{ role: 'sender' }] }, '/bindings'],
    [{ login: 'extra', admin: true }, ''],
  ])('says what is wrong with %j', async (payload, pointer) => {
    const answer = await call({ method: 'POST', url: '/api/v1/users', payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ errors: { pointer: string }[] }>().errors[0]?.pointer).toBe(pointer);
  });

  it('refuses a login that is taken', async () => {
    const answer = await call({ method: 'POST', url: '/api/v1/users', payload: { login: 'ROOT' } });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'conflict', detail: 'the login ROOT is taken' });
  });

  it('edits, binds and unbinds; what a person may do changes at once', async () => {
    const { user } = await create({ login: 'changing', password: PASSWORD, mustChangePassword: false });
    const theirs = { authorization: (await test.signIn('changing')).authorization };
    const list = () => test.app.inject({ url: '/api/v1/users', headers: theirs });
    expect((await list()).statusCode).toBe(403);
    const bound = await call({ method: 'POST', url: `/api/v1/users/${user.id}/bindings`, payload: { role: 'admin' } });
    expect((await list()).statusCode).toBe(200);
    const bindingId = bound.json<{ bindings: { id: string }[] }>().bindings[0]?.id;
    const unbind = () => call({ method: 'DELETE', url: `/api/v1/users/${user.id}/bindings/${bindingId}` });
    expect((await unbind()).json()).toMatchObject({ bindings: [] });
    expect((await list()).statusCode).toBe(403);
    expect((await unbind()).statusCode).toBe(404);
    const edited = await call({
      method: 'PATCH',
      url: `/api/v1/users/${user.id}`,
      payload: { displayName: 'New', email: null },
    });
    expect(edited.json()).toMatchObject({ displayName: 'New', version: 2 });
    expect((await call({ method: 'PATCH', url: '/api/v1/users/usr_none', payload: {} })).statusCode).toBe(404);
  });

  it('resets a password: the old one and every session end', async () => {
    const { user } = await create({ login: 'forgetful', password: PASSWORD, mustChangePassword: false });
    const { authorization } = await test.signIn('forgetful');
    const reset = await call({ method: 'POST', url: `/api/v1/users/${user.id}/reset-password` });
    const { oneTimePassword } = reset.json<{ oneTimePassword: string }>();
    expect((await test.app.inject({ url: '/api/v1/auth/me', headers: { authorization } })).statusCode).toBe(401);
    await expect(test.signIn('forgetful')).rejects.toThrow('401');
    expect((await test.signIn('forgetful', oneTimePassword)).cookie).not.toBe('');
  });

  it('keeps the last admin', async () => {
    const me = await call({ url: '/api/v1/auth/me' });
    const payload = { disabled: true };
    const answer = await call({ method: 'PATCH', url: `/api/v1/users/${me.json<{ id: string }>().id}`, payload });
    expect(answer.statusCode).toBe(409);
  });

  it('lists accounts in pages, and the people one may assign to without their rights', async () => {
    for (const login of ['list-b', 'list-a', 'list-c']) await create({ login });
    const first = (await call({ url: '/api/v1/users?query=list-&limit=2' })).json<Page<{ login: string }>>();
    const second = (await call({ url: `/api/v1/users?query=list-&limit=2&cursor=${first.nextCursor}` })).json<
      Page<{ login: string }>
    >();
    expect([...first.items, ...second.items].map(({ login }) => login)).toEqual(['list-a', 'list-b', 'list-c']);
    expect(second.nextCursor).toBeNull();
    expect((await call({ url: '/api/v1/users?cursor=nonsense' })).json()).toMatchObject({
      errors: [{ pointer: 'query/cursor' }],
    });
    const viewer = await test.program({ role: 'viewer', cluster: 'prod', namespace: 'shop' });
    const people = await test.app.inject({ url: '/api/v1/people?query=list-a', headers: viewer });
    expect(people.json<Page<object>>().items).toEqual([
      { id: expect.any(String) as unknown, login: 'list-a', displayName: 'list-a' },
    ]);
  });

  it('shows an API token once, keeps its hash, says when it was used, and ends it at once', async () => {
    const expiresAt = new Date(test.clock.now + MINUTE).toISOString();
    const payload = { name: 'ci', expiresAt, bindings: [{ role: 'viewer' }] };
    const made = await call({ method: 'POST', url: '/api/v1/tokens', payload });
    expect(made.statusCode).toBe(201);
    const { secret, token } = made.json<{ secret: string; token: { id: string; prefix: string } }>();
    expect(secret).toMatch(/^hw_/);
    const headers = { authorization: `bearer ${secret}` };
    const use = () => test.app.inject({ url: '/api/v1/auth/me', headers });
    expect((await use()).json()).toMatchObject({ kind: 'token', login: 'ci', permissions: ['incidents.read'] });
    const listed = (await call({ url: '/api/v1/tokens' })).json<Page<object>>();
    expect(listed.items[0]).toMatchObject({
      name: 'ci',
      prefix: token.prefix,
      state: 'live',
      createdBy: 'root',
      lastUsedAt: '2026-03-01T10:00:00Z',
    });
    const kept = JSON.stringify((await database().pool.query('select * from api_token')).rows);
    expect(`${kept}${JSON.stringify(listed)}`).not.toContain(secret);
    expect((await call({ method: 'DELETE', url: `/api/v1/tokens/${token.id}` })).json()).toMatchObject({
      state: 'revoked',
    });
    expect((await use()).statusCode).toBe(401);
    expect((await call({ method: 'DELETE', url: '/api/v1/tokens/tok_none' })).statusCode).toBe(404);
  });

  it('hears an API token no longer than it is good', async () => {
    const expiresAt = new Date(test.clock.now + MINUTE).toISOString();
    const payload = { name: 'short', expiresAt, bindings: [{ role: 'viewer' }] };
    const made = await call({ method: 'POST', url: '/api/v1/tokens', payload });
    const headers = { authorization: `Bearer ${made.json<{ secret: string }>().secret}` };
    expect((await test.app.inject({ url: '/api/v1/auth/me', headers })).statusCode).toBe(200);
    test.clock.now += MINUTE + 2 * SECOND;
    expect((await test.app.inject({ url: '/api/v1/auth/me', headers })).statusCode).toBe(401);
    const past = await call({ method: 'POST', url: '/api/v1/tokens', payload });
    expect(past.json()).toMatchObject({ status: 400, errors: [{ pointer: '/expiresAt' }] });
  });

  it('shows the audit in pages, narrowed, and as JSON lines', async () => {
    const all = (await call({ url: '/api/v1/audit?limit=200' })).json<Page<{ id: number; action: string }>>().items;
    const first = (await call({ url: '/api/v1/audit?limit=3' })).json<Page<{ id: number }>>();
    const second = (await call({ url: `/api/v1/audit?limit=3&cursor=${first.nextCursor}` })).json<
      Page<{ id: number }>
    >();
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all.slice(0, 6).map(({ id }) => id));
    const narrowed = (await call({ url: '/api/v1/audit?action=user.create&targetKind=user' })).json<
      Page<{ action: string; after: object }>
    >();
    expect(new Set(narrowed.items.map(({ action }) => action))).toEqual(new Set(['user.create']));
    expect(narrowed.items.at(-1)?.after).toMatchObject({ login: 'root' });
    const exported = await call({ url: '/api/v1/audit/export' });
    expect(exported.headers['content-type']).toBe('application/x-ndjson');
    const lines = exported.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number });
    expect(lines.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(exported.body).not.toMatch(/fast\$|hw_[A-Za-z0-9]{40}/);
    expect((await call({ url: '/api/v1/audit?from=yesterday' })).json()).toMatchObject({
      errors: [{ pointer: 'query/from' }],
    });
    const none = await call({ url: '/api/v1/audit?from=2027-01-01T00:00:00Z' });
    expect(none.json()).toEqual({ items: [], nextCursor: null });
  });
});
