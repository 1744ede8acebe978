import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { covers, type Place, scopeOfBindings } from '@headwater/core/access/scope.ts';
import type { AuditEntry } from '@headwater/engine/ports/store/audit.ts';
import type { SessionToken } from '@headwater/engine/ports/store/sessions.ts';
import type { ApiToken } from '@headwater/engine/ports/store/tokens.ts';
import type { User } from '@headwater/engine/ports/store/users.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';

const now = Date.parse('2026-03-01T10:00:00.123Z');

function user(id: string, overrides: Partial<User> = {}): User {
  return {
    id,
    login: id,
    displayName: `Name of ${id}`,
    email: null,
    language: 'en',
    passwordHash: 'scrypt$x',
    mustChangePassword: false,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...overrides,
  };
}

function session(id: string, overrides: Partial<SessionToken> = {}): SessionToken {
  return {
    id,
    family: id,
    userId: 'usr_owner',
    tokenHash: `hash of ${id}`,
    signedInAt: now,
    createdAt: now,
    expiresAt: now + 1000,
    usedAt: null,
    revokedAt: null,
    revokeReason: null,
    remoteAddress: '192.0.2.1',
    userAgent: 'a browser',
    ...overrides,
  };
}

function apiToken(id: string): ApiToken {
  return {
    id,
    name: 'ci',
    prefix: 'hw_abcdefg',
    tokenHash: `hash of ${id}`,
    createdBy: 'root',
    createdAt: now,
    expiresAt: null,
    lastUsedAt: null,
    revokedAt: null,
  };
}

describe.each(ENGINES)('users on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const users = () => database().store.users;

  it('come back as they were written, by id and by login in any case', async () => {
    const kim = user('usr_kim', { login: 'Kim', email: 'kim@example.com', disabledAt: now, language: 'ko' });
    await users().insert(kim);
    expect(await users().byId('usr_kim')).toEqual(kim);
    expect(await users().byLogin('kIM')).toEqual(kim);
    expect(await users().byId('usr_none')).toBeNull();
    expect(await users().byLogin("kim' or '1'='1")).toBeNull();
    expect(await users().any()).toBe(true);
  });

  it('never share a login, whatever its case', async () => {
    await users().insert(user('usr_a', { login: 'same' }));
    await expect(users().insert(user('usr_b', { login: 'SAME' }))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are changed one version at a time', async () => {
    await users().insert(user('usr_edit'));
    const changed = await users().update('usr_edit', { displayName: '김', disabledAt: now }, { now: now + 5 });
    expect(changed).toMatchObject({ displayName: '김', disabledAt: now, version: 2, updatedAt: now + 5, email: null });
    expect(await users().update('usr_edit', { displayName: 'x' }, { now, version: 1 })).toBeNull();
    expect(await users().update('usr_edit', { disabledAt: null }, { now, version: 2 })).toMatchObject({
      disabledAt: null,
    });
    expect(await users().update('usr_none', {}, { now })).toBeNull();
  });

  it('are listed by login, in pages, and found by a part of their text taken literally', async () => {
    for (const login of ['List-c', 'list-a', 'list-b_%']) await users().insert(user(`usr_${login}`, { login }));
    const first = await users().list({ after: null, limit: 2, query: 'LIST-' });
    expect(first.map(({ login }) => login)).toEqual(['list-a', 'list-b_%']);
    const rest = await users().list({ after: 'list-b_%', limit: 2, query: 'list-' });
    expect(rest.map(({ login }) => login)).toEqual(['List-c']);
    expect((await users().list({ after: null, limit: 9, query: '_%' })).map(({ login }) => login)).toEqual([
      'list-b_%',
    ]);
    expect(await users().list({ after: null, limit: 9, query: "'; drop table app_user; --" })).toEqual([]);
  });

  it('hold each binding once', async () => {
    const holder = { kind: 'user', id: 'usr_held' } as const;
    const binding = { id: 'bnd_1', role: 'viewer', cluster: 'prod', namespace: 'shop' } as const;
    expect(await users().bind(holder, binding)).toBe(true);
    expect(await users().bind(holder, { ...binding, id: 'bnd_2' })).toBe(false);
    expect(await users().bind({ ...holder, kind: 'token' }, { ...binding, id: 'bnd_3' })).toBe(true);
    expect(await users().bindings('user', ['usr_held', 'usr_other'])).toEqual([{ ...binding, holderId: 'usr_held' }]);
    expect(await users().bindings('user', [])).toEqual([]);
    expect(await users().unbind({ ...holder, id: 'usr_other' }, 'bnd_1')).toBe(false);
    expect(await users().unbind(holder, 'bnd_1')).toBe(true);
    expect(await users().bindings('user', ['usr_held'])).toEqual([]);
  });

  it('count as admins when enabled and bound to everything', async () => {
    const admin = { role: 'admin', cluster: '*', namespace: '*' } as const;
    await users().insert(user('usr_admin'));
    await users().insert(user('usr_off', { disabledAt: now }));
    await users().insert(user('usr_local'));
    await users().bind({ kind: 'user', id: 'usr_admin' }, { ...admin, id: 'bnd_a' });
    await users().bind({ kind: 'user', id: 'usr_off' }, { ...admin, id: 'bnd_b' });
    await users().bind({ kind: 'user', id: 'usr_local' }, { ...admin, id: 'bnd_c', cluster: 'prod' });
    expect(await database().store.transaction((tx) => tx.users.lockAdmins())).toEqual(['usr_admin']);
  });

  it('count failures key by key, and lose none to another that counts at once', async () => {
    const { store } = database();
    const count = () =>
      store.transaction(async (tx) => {
        const failures = (await tx.users.lockThrottles(['b', 'a'], now)).get('a')?.failures ?? 0;
        await tx.users.saveThrottle('a', { failures: failures + 1, lastFailureAt: now, lockedUntil: now + 9 });
      });
    await Promise.all(Array.from({ length: 8 }, count));
    const states = await store.transaction((tx) => tx.users.lockThrottles(['a', 'b'], now));
    expect(states.get('a')).toEqual({ failures: 8, lastFailureAt: now, lockedUntil: now + 9 });
    expect(states.get('b')).toEqual({ failures: 0, lastFailureAt: now, lockedUntil: null });
    await store.users.forgetThrottles(now);
    await store.users.clearThrottles(['a']);
    const after = await store.transaction((tx) => tx.users.lockThrottles(['a'], now + 1));
    expect(after.get('a')).toMatchObject({ failures: 0, lastFailureAt: now + 1 });
  });
});

describe.each(ENGINES)('sessions on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const sessions = () => database().store.sessions;

  it('are found by the hash of a token, used up and revoked as families', async () => {
    await database().store.users.insert(user('usr_owner'));
    await sessions().insert(session('ses_1'));
    await sessions().insert(session('ses_2', { family: 'ses_1', createdAt: now + 10 }));
    await sessions().insert(session('ses_3'));
    const found = await database().store.transaction((tx) => tx.sessions.lockByHash('hash of ses_1'));
    expect(found).toEqual(session('ses_1'));
    expect(await sessions().lockByHash('hash of nothing')).toBeNull();
    expect(await sessions().current('ses_1')).toMatchObject({ id: 'ses_2' });
    await sessions().useFamily('ses_1', now + 20);
    expect(await sessions().lockByHash('hash of ses_2')).toMatchObject({ usedAt: now + 20 });
    expect((await sessions().live('usr_owner', now)).map(({ id }) => id)).toEqual(['ses_2', 'ses_3']);
    const why = { now: now + 30, reason: 'tested' };
    expect(await sessions().revoke({ family: 'ses_1' }, why)).toBe(1);
    expect(await sessions().revoke({ family: 'ses_1' }, why)).toBe(0);
    expect(await sessions().lockByHash('hash of ses_1')).toMatchObject({ revokedAt: now + 30, revokeReason: 'tested' });
    expect((await sessions().live('usr_owner', now)).map(({ id }) => id)).toEqual(['ses_3']);
    expect(await sessions().live('usr_owner', now + 1000)).toEqual([]);
  });

  it('of a user end together, but for one', async () => {
    await database().store.users.insert(user('usr_many'));
    for (const id of ['ses_a', 'ses_b', 'ses_c']) await sessions().insert(session(id, { userId: 'usr_many' }));
    const why = { now, reason: 'password changed' };
    expect(await sessions().revoke({ userId: 'usr_many', except: 'ses_b' }, why)).toBe(2);
    expect((await sessions().live('usr_many', now)).map(({ id }) => id)).toEqual(['ses_b']);
    expect(await sessions().revoke({ userId: 'usr_many' }, why)).toBe(1);
  });

  it('are forgotten when they have ended', async () => {
    await database().store.users.insert(user('usr_old'));
    await sessions().insert(session('ses_old', { userId: 'usr_old', expiresAt: now - 5000 }));
    expect(await sessions().forget(now - 4000)).toBe(1);
    expect(await sessions().current('ses_old')).toBeNull();
  });
});

describe.each(ENGINES)('API tokens and secrets on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('are found by hash, touched, and revoked once', async () => {
    const { tokens } = database().store;
    await tokens.insert(apiToken('tok_1'));
    await tokens.insert(apiToken('tok_2'));
    expect(await tokens.byHash('hash of tok_1')).toEqual(apiToken('tok_1'));
    expect(await tokens.byHash('hw_secret')).toBeNull();
    await tokens.touch('tok_1', now + 1);
    expect(await tokens.byId('tok_1')).toMatchObject({ lastUsedAt: now + 1 });
    expect(await tokens.revoke('tok_1', now + 2)).toBe(true);
    expect(await tokens.revoke('tok_1', now + 3)).toBe(false);
    expect(await tokens.byId('tok_1')).toMatchObject({ revokedAt: now + 2 });
    expect((await tokens.list({ before: null, limit: 1 })).map(({ id }) => id)).toEqual(['tok_2']);
    expect((await tokens.list({ before: 'tok_2', limit: 9 })).map(({ id }) => id)).toEqual(['tok_1']);
  });

  it('keep the first secret of a name for everybody', async () => {
    const { secrets } = database().store;
    const kept = await Promise.all(['one', 'two', 'three'].map((value) => secrets.keep('jwt', value, now)));
    expect(new Set(kept).size).toBe(1);
    expect(await secrets.keep('jwt', 'later', now)).toBe(kept[0]);
    expect(await secrets.keep('other', 'value', now)).toBe('value');
  });
});

describe.each(ENGINES)('the audit on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const everything = scopeOfBindings([{ role: 'admin', cluster: '*', namespace: '*' }]);

  function entry(overrides: Partial<AuditEntry> = {}): Omit<AuditEntry, 'id'> {
    return {
      at: now,
      actorKind: 'user',
      actorId: 'usr_1',
      actorName: 'kim',
      action: 'incident.acknowledge',
      targetKind: 'incident',
      targetId: 'inc_1',
      cluster: 'prod',
      namespaces: ['shop'],
      before: { status: 'open' },
      after: ['a', { nul: 'x\u0000y' }],
      requestId: 'req_1',
      remoteAddress: '192.0.2.1',
      ...overrides,
    };
  }

  it('comes back as it was written, newest first, narrowed by everything given', async () => {
    const { audit } = database().store;
    await audit.append(entry());
    await audit.append(
      entry({ at: now + 10, actorId: 'usr_2', action: 'user.create', targetKind: 'user', cluster: null }),
    );
    const page = { before: null, limit: 10 };
    const [newest, oldest] = await audit.list({ scope: everything }, page);
    expect(newest).toMatchObject({ actorId: 'usr_2', cluster: null });
    expect(oldest).toEqual({ ...entry({ after: ['a', { nul: 'x\ufffdy' }] }), id: oldest?.id });
    const ids = async (filter: object) =>
      (await audit.list({ scope: everything, ...filter }, page)).map(({ actorId }) => actorId);
    expect(await ids({ actorId: 'usr_1' })).toEqual(['usr_1']);
    expect(await ids({ action: 'user.create' })).toEqual(['usr_2']);
    expect(await ids({ targetKind: 'incident', targetId: 'inc_1' })).toEqual(['usr_1']);
    expect(await ids({ from: now + 1 })).toEqual(['usr_2']);
    expect(await ids({ to: now + 10 })).toEqual(['usr_1']);
    expect(await audit.list({ scope: everything }, { before: newest?.id ?? 0, limit: 10 })).toEqual([oldest]);
  });

  it('shows exactly the places the rules of access cover', async () => {
    const { audit } = database().store;
    const places: Place[] = [
      { cluster: 'prod', namespaces: [] },
      { cluster: 'prod', namespaces: ['shop'] },
      { cluster: 'prod', namespaces: ['shop', 'web'] },
      { cluster: 'test', namespaces: ['shop'] },
      { cluster: 'test', namespaces: ['bank'] },
    ];
    for (const [index, place] of places.entries())
      await audit.append(entry({ ...place, action: 'place', targetId: String(index) }));
    await audit.append(entry({ action: 'place', cluster: null, namespaces: [], targetId: 'none' }));
    const bind = (cluster: string, namespace: string): RoleBinding => ({ role: 'admin', cluster, namespace });
    const scopes = [
      [],
      [bind('*', '*')],
      [bind('prod', '*')],
      [bind('prod', 'shop')],
      [bind('prod', 'shop'), bind('prod', 'web')],
      [bind('*', 'shop'), bind('prod', 'web')],
      [bind('*', 'shop'), bind('test', '*')],
      [bind("prod' or true --", '*'), bind('prod', "shop'}")],
    ].map(scopeOfBindings);
    for (const scope of scopes) {
      const rows = await audit.list({ scope, action: 'place' }, { before: null, limit: 50 });
      const expected = places.flatMap((place, index) => (covers(scope, place) ? [String(index)] : []));
      expect(
        rows
          .map(({ targetId }) => targetId)
          .filter((id) => id !== 'none')
          .sort(),
      ).toEqual(expected);
      expect(rows.some(({ targetId }) => targetId === 'none')).toBe(scope.everything);
    }
  });

  it('refuses text it cannot store as wrong input', async () => {
    const { store } = database();
    await expect(store.audit.append(entry({ actorName: 'x\u0000' }))).rejects.toMatchObject({ code: 'invalid' });
  });
});
