import { type Actor, type RoleBinding, systemActor } from '@headwater/core/access/actor.ts';
import { DAY, HOUR, SECOND } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';
import type { VerbContext } from '../context.ts';
import type { PeopleServices } from '../ports/credentials.ts';
import type { SessionToken } from '../ports/store/sessions.ts';
import { actorOfSession, actorOfToken } from './actor-of.ts';
import { changePassword } from './change-password.ts';
import { createUser } from './create-user.ts';
import { editUser } from './edit-user.ts';
import { createFirstAdmin } from './first-admin.ts';
import { exportAudit, listAudit } from './list-audit.ts';
import { editMe, ownUser } from './me.ts';
import { REUSE_GRACE, refreshSession, standingOf } from './refresh-session.ts';
import { register } from './register.ts';
import { resetPassword } from './reset-password.ts';
import { bindRole, unbindRole } from './roles.ts';
import { listSessions, revokeSession } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { createToken, listTokens, revokeToken } from './tokens.ts';
import { getUser, listPeople, listUsers } from './users.ts';

const admin: RoleBinding = { role: 'admin', cluster: '*', namespace: '*' };
const viewer: RoleBinding = { role: 'viewer', cluster: '*', namespace: '*' };
const PASSWORD = 'a perfectly fine one';

/** People whose passwords are kept readable, so that a test sees what was kept. */
function plainPeople(overrides: Partial<PeopleServices> = {}): PeopleServices {
  let made = 0;
  const make = (kind: string) => {
    const secret = `${kind}${String(++made).padStart(8, '0')}`;
    return { secret, hash: `hash:${secret}`, prefix: secret.slice(0, 5) };
  };
  return {
    passwords: {
      hash: (password) => Promise.resolve(`plain:${password}`),
      verify: (password, hash) =>
        Promise.resolve({
          matches: hash?.endsWith(`:${password}`) ?? false,
          outdated: hash?.startsWith('old:') ?? false,
        }),
    },
    secrets: {
      refreshToken: () => make('refresh'),
      apiToken: () => make('hw_'),
      oneTimePassword: () => make('once').secret,
      hashOf: (secret) => `hash:${secret}`,
    },
    refreshTtl: 7 * DAY,
    allowSignup: false,
    ...overrides,
  };
}

describe.each(ENGINES)('people on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const people = plainPeople();
  const clock = { now: Date.parse('2026-03-01T10:00:00Z') };
  let count = 0;

  function context(actor: Actor = systemActor, remoteAddress = '192.0.2.1'): VerbContext {
    const newId = (prefix: string): string => `${prefix}_${String(++count).padStart(26, '0')}`;
    return { store: database().store, actor, now: () => clock.now, newId, requestId: 'req_1', remoteAddress };
  }

  async function person(login: string, ...bindings: readonly RoleBinding[]): Promise<Actor> {
    const account = { login, password: PASSWORD, mustChangePassword: false, bindings };
    const { user } = await createUser(context(), people, account);
    return { kind: 'user', id: user.user.id, name: login, bindings };
  }

  function enter(login: string, password = PASSWORD, address?: string) {
    return signIn(context(systemActor, address), people, { login, password, userAgent: 'a browser' });
  }

  async function lastAudit(action: string) {
    const { items } = await listAudit(context(), { action }, { before: null, limit: 1 });
    return items[0];
  }

  it('makes one first admin, whoever starts first, with a password that must be changed', async () => {
    const early = { login: 'admin', password: PASSWORD, userAgent: null };
    await expect(register(context(), plainPeople({ allowSignup: true }), early)).rejects.toMatchObject({
      code: 'unavailable',
    });
    const starts = await Promise.all([1, 2, 3].map(() => createFirstAdmin(context(), people, { login: 'admin' })));
    const [made, ...others] = starts.filter((start) => start !== null);
    expect(others).toEqual([]);
    expect(made).toMatchObject({ login: 'admin', oneTimePassword: expect.stringMatching(/^once/) as unknown });
    const signedIn = await enter('admin', made?.oneTimePassword ?? '');
    expect(signedIn.actor).toMatchObject({ mustChangePassword: true, bindings: [admin] });
    expect(await createFirstAdmin(context(), people, { login: 'admin', password: 'admin' })).toBeNull();
    expect(await lastAudit('user.create-first-admin')).toMatchObject({ actorKind: 'system' });
  });

  it('says what a user did, before and after, and no secret', async () => {
    const root = await person('audited-root', admin);
    const { user } = await createUser(context(root), people, {
      login: 'audited',
      mustChangePassword: true,
      bindings: [viewer],
    });
    expect(await lastAudit('user.create')).toMatchObject({
      actorId: root.id,
      targetId: user.user.id,
      after: { login: 'audited', bindings: [viewer] },
      requestId: 'req_1',
      remoteAddress: '192.0.2.1',
    });
    await editUser(context(root), user.user.id, { email: 'a@example.com' });
    expect(await lastAudit('user.edit')).toMatchObject({ before: { email: null }, after: { email: 'a@example.com' } });
    await resetPassword(context(root), people, user.user.id);
    await bindRole(context(root), user.user.id, admin);
    await createToken(context(root), people, { name: 'ci', expiresAt: null, bindings: [viewer] });
    const rows: string[] = [];
    for await (const page of exportAudit(context(), {})) rows.push(JSON.stringify(page));
    expect(rows.join()).toContain('user.reset-password');
    expect(rows.join()).not.toMatch(/plain:|once0|refresh0|hw_000|hash:/);
  });

  it('refuses what a role does not permit', async () => {
    const kim = await person('mere-viewer', viewer);
    const local = await person('local-admin', { role: 'admin', cluster: 'prod', namespace: 'shop' });
    for (const actor of [kim, local]) {
      const ctx = context(actor);
      const attempts = [
        createUser(ctx, people, { login: 'mine', mustChangePassword: false, bindings: [admin] }),
        listUsers(ctx, { after: null, limit: 1 }),
        getUser(ctx, kim.id),
        editUser(ctx, local.id, { disabled: true }),
        resetPassword(ctx, people, local.id),
        bindRole(ctx, actor.id, admin),
        unbindRole(ctx, { userId: local.id, bindingId: 'bnd_x' }),
        createToken(ctx, people, { name: 'mine', expiresAt: null, bindings: [admin] }),
        listTokens(ctx, { before: null, limit: 1 }),
        revokeToken(ctx, 'tok_x'),
      ];
      for (const attempt of attempts) await expect(attempt).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(listAudit(context(kim), {}, { before: null, limit: 1 })).rejects.toMatchObject({ code: 'forbidden' });
    const seen = await listAudit(context(local), {}, { before: null, limit: 9 });
    expect(seen.items).toEqual([]);
    expect((await listPeople(context(kim), { after: null, limit: 9 })).users.length).toBeGreaterThan(1);
  });

  it('keeps one admin, however many try to remove the last two at once', async () => {
    const names = ['pair-a', 'pair-b'];
    const pair = await Promise.all(names.map((login) => person(login, admin)));
    const all = await database().store.transaction((tx) => tx.users.lockAdmins());
    for (const id of all) if (!pair.some((one) => one.id === id)) await editUser(context(), id, { disabled: true });
    const results = await Promise.allSettled(pair.map(({ id }) => editUser(context(), id, { disabled: true })));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const left = await database().store.transaction((tx) => tx.users.lockAdmins());
    expect(left).toHaveLength(1);
    const [last = ''] = left;
    const { bindings } = await getUser(context(), last);
    const unbind = unbindRole(context(), { userId: last, bindingId: bindings[0]?.id ?? '' });
    await expect(unbind).rejects.toMatchObject({ code: 'conflict' });
    for (const id of all) await editUser(context(), id, { disabled: false });
    await unbindRole(context(), { userId: last, bindingId: bindings[0]?.id ?? '' });
    expect((await getUser(context(), last)).bindings).toEqual([]);
  });

  it('gives no person the role of a program, and no login twice', async () => {
    const sender: RoleBinding = { role: 'sender', cluster: '*', namespace: '*' };
    const made = createUser(context(), people, { login: 'sendy', mustChangePassword: false, bindings: [sender] });
    await expect(made).rejects.toMatchObject({ code: 'invalid' });
    const kim = await person('only-once', viewer);
    await expect(person('ONLY-once')).rejects.toMatchObject({ code: 'conflict' });
    await expect(bindRole(context(), kim.id, sender)).rejects.toMatchObject({ code: 'invalid' });
    await expect(bindRole(context(), 'usr_none', viewer)).rejects.toMatchObject({ code: 'not_found' });
    expect((await bindRole(context(), kim.id, viewer)).bindings).toHaveLength(1);
  });

  it('hashes a password again when its cost has grown', async () => {
    const kim = await person('outdated', viewer);
    await database().store.users.update(kim.id, { passwordHash: `old:${PASSWORD}` }, { now: clock.now });
    await enter('outdated');
    expect((await database().store.users.byId(kim.id))?.passwordHash).toBe(`plain:${PASSWORD}`);
  });

  it('counts failures by login and address, and forgives on success', async () => {
    await person('mistyping', viewer);
    for (let index = 0; index < 4; index++)
      await expect(enter('mistyping', 'wrong', '192.0.2.50')).rejects.toMatchObject({ code: 'unauthenticated' });
    await enter('mistyping', PASSWORD, '192.0.2.50');
    for (let index = 0; index < 4; index++)
      await expect(enter('mistyping', 'wrong', '192.0.2.50')).rejects.toMatchObject({ code: 'unauthenticated' });
    await enter('mistyping', PASSWORD, '192.0.2.50');
    expect(await lastAudit('session.sign-in-failed')).toMatchObject({
      actorName: 'mistyping',
      remoteAddress: '192.0.2.50',
    });
    await expect(enter('a password typed here', 'x', '192.0.2.50')).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await lastAudit('session.sign-in-failed')).toMatchObject({
      actorName: '(unknown login)',
      actorId: 'unknown',
    });
  });

  it('opens the door again when an admin resets the password of someone locked out', async () => {
    const kim = await person('locked-out', viewer);
    for (let index = 0; index < 5; index++) await expect(enter('locked-out', 'wrong', '192.0.2.60')).rejects.toThrow();
    await expect(enter('locked-out', PASSWORD, '192.0.2.61')).rejects.toMatchObject({
      details: { retryAfterSeconds: 15 },
    });
    const { oneTimePassword } = await resetPassword(context(), people, kim.id);
    expect((await enter('locked-out', oneTimePassword ?? '', '192.0.2.61')).user.mustChangePassword).toBe(true);
  });

  it('ends every session of a user who is disabled, and some when the password changes', async () => {
    await person('busy', viewer);
    const one = await enter('busy');
    const two = await enter('busy');
    const own = { ...one.actor, sessionId: one.session.id };
    await changePassword(context(own), people, { currentPassword: PASSWORD, newPassword: 'another fine one' });
    expect((await listSessions(context(own))).map(({ family }) => family)).toEqual([one.session.id]);
    await expect(revokeSession(context(own), two.session.id + 'x')).rejects.toMatchObject({ code: 'not_found' });
    const { store } = database();
    const found = () => actorOfSession(store, { id: one.session.id, userId: own.id }, clock.now);
    expect(await found()).toMatchObject({ name: 'busy', sessionId: one.session.id });
    expect(await actorOfSession(store, { id: one.session.id, userId: 'usr_other' }, clock.now)).toBeNull();
    await editUser(context(), own.id, { disabled: true });
    expect(await found()).toBeNull();
    await editUser(context(), own.id, { disabled: false });
    expect(await found()).toBeNull();
    const refreshed = refreshSession(context(), people, { refreshToken: one.session.refreshToken, userAgent: null });
    await expect(refreshed).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('signs out one session, and answers a token nobody knows the same', async () => {
    await person('leaving', viewer);
    const { session, actor } = await enter('leaving');
    await signOut(context(), people, session.refreshToken);
    await signOut(context(), people, session.refreshToken);
    await signOut(context(), people, 'never given');
    expect(await listSessions(context(actor))).toEqual([]);
    expect(await lastAudit('session.sign-out')).toMatchObject({ actorName: 'leaving' });
  });

  it('knows a program by its token until it expires or is revoked', async () => {
    const input = { name: 'ci', expiresAt: clock.now + HOUR, bindings: [viewer] };
    const made = await createToken(context(), people, input);
    const find = (now = clock.now) => actorOfToken(database().store, `hash:${made.secret}`, now);
    expect((await find())?.actor).toEqual({ kind: 'token', id: made.token.id, name: 'ci', bindings: [viewer] });
    expect(await find(clock.now + HOUR)).toBeNull();
    await revokeToken(context(), made.token.id);
    await revokeToken(context(), made.token.id);
    expect(await find()).toBeNull();
    await expect(revokeToken(context(), 'tok_none')).rejects.toMatchObject({ code: 'not_found' });
    const past = createToken(context(), people, { ...input, expiresAt: clock.now });
    await expect(past).rejects.toMatchObject({ code: 'invalid' });
    await expect(ownUser(context((await find(0))?.actor ?? { ...systemActor, kind: 'token' }))).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('lists people, tokens and the audit in pages without a gap', async () => {
    for (const login of ['page-c', 'page-a', 'page-b']) await person(login, viewer);
    const first = await listUsers(context(), { after: null, limit: 2, query: 'page-' });
    const second = await listUsers(context(), { after: first.next, limit: 2, query: 'page-' });
    expect([...first.items, ...second.items].map(({ user }) => user.login)).toEqual(['page-a', 'page-b', 'page-c']);
    expect(first.items[0]?.bindings).toMatchObject([viewer]);
    expect(second.next).toBeNull();
    for (const name of ['t1', 't2', 't3'])
      await createToken(context(), people, { name, expiresAt: null, bindings: [viewer] });
    const page = await listTokens(context(), { before: null, limit: 2 });
    const next = await listTokens(context(), { before: page.next, limit: 1 });
    expect([...page.items, ...next.items].map(({ token }) => token.name)).toEqual(['t3', 't2', 't1']);
    const newest = await listAudit(context(), { action: 'token.create' }, { before: null, limit: 2 });
    const older = await listAudit(context(), { action: 'token.create' }, { before: newest.next, limit: 1 });
    expect([...newest.items, ...older.items].map(({ after }) => (after as { name: string }).name)).toEqual([
      't3',
      't2',
      't1',
    ]);
  });

  it('registers only when that is allowed', async () => {
    const input = { login: 'walk-in', password: PASSWORD, userAgent: null };
    await expect(register(context(), people, input)).rejects.toMatchObject({ code: 'forbidden' });
    const open = plainPeople({ allowSignup: true });
    const anonymous: Actor = { kind: 'system', id: 'anonymous', name: 'anonymous', bindings: [] };
    const { actor } = await register(context(anonymous), open, input);
    expect(actor.bindings).toEqual([viewer]);
    expect(await lastAudit('user.register')).toMatchObject({ actorKind: 'user', actorName: 'walk-in' });
  });

  it('changes one’s own name, and tells the audit', async () => {
    const kim = await person('renamed', viewer);
    expect(await editMe(context(kim), { displayName: '김', language: 'ko' })).toMatchObject({ displayName: '김' });
    expect(await lastAudit('user.edit-own')).toMatchObject({
      before: { displayName: 'renamed', language: 'en' },
      after: { displayName: '김', language: 'ko' },
    });
  });
});

describe('what a refresh token is worth', () => {
  const token: SessionToken = {
    id: 'ses_1',
    family: 'ses_1',
    userId: 'usr_1',
    tokenHash: 'hash',
    signedInAt: 0,
    createdAt: 0,
    expiresAt: DAY,
    usedAt: null,
    revokedAt: null,
    revokeReason: null,
    remoteAddress: null,
    userAgent: null,
  };
  it.each([
    ['unknown', null, SECOND, 'ended'],
    ['unused', token, SECOND, 'good'],
    ['expired', token, DAY, 'ended'],
    ['used a moment ago', { ...token, usedAt: 0 }, REUSE_GRACE, 'just-used'],
    ['used before that', { ...token, usedAt: 0 }, REUSE_GRACE + 1, 'reused'],
    ['revoked', { ...token, usedAt: 0, revokedAt: 0 }, HOUR, 'ended'],
    ['expired and used', { ...token, usedAt: 0 }, DAY, 'ended'],
  ] as const)('%s', (_, given, now, standing) => {
    expect(standingOf(given, now)).toBe(standing);
  });
});
