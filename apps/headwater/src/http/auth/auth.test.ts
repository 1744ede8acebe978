import { decodeJwt, SignJWT } from 'jose';
import { HOUR, MINUTE, SECOND } from '@headwater/core/time.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { cookieOf, OWN_PAGE, PASSWORD, type TestApp, testApp } from '../../security/test-app.ts';

const everywhere = { cluster: '*', namespace: '*' };
const viewer = { role: 'viewer', ...everywhere } as const;
const admin = { role: 'admin', ...everywhere } as const;

describe.each(ENGINES)('signing in on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let test: TestApp;
  beforeAll(async () => {
    test = await testApp({ store: database().store });
    await test.person('kim', viewer);
    await test.person('root', admin);
  });

  const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
    test.app.inject({ method: 'POST', url, payload, headers });
  const login = (id: string, password: string, headers: Record<string, string> = {}) =>
    post('/api/v1/auth/login', { login: id, password }, headers);
  const refresh = (cookie: string, headers: Record<string, string> = OWN_PAGE) =>
    test.app.inject({ method: 'POST', url: '/api/v1/auth/refresh', headers: { ...headers, cookie } });
  const me = (authorization: string) => test.app.inject({ url: '/api/v1/auth/me', headers: { authorization } });

  it('gives a short access token and a cookie scripts cannot read', async () => {
    const answer = await login('KIM', PASSWORD);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']).toMatch(
      /^headwater_refresh=[A-Za-z0-9]{43}; Max-Age=604800; Path=\/api\/v1\/auth; HttpOnly; Secure; SameSite=Lax$/,
    );
    const body = answer.json<{ accessToken: string; expiresIn: number; user: object }>();
    expect(body.expiresIn).toBe(900);
    expect(body.user).toMatchObject({ login: 'kim', permissions: ['incidents.read'], mustChangePassword: false });
    const claims = decodeJwt(body.accessToken);
    expect(claims).toMatchObject({ iss: 'headwater', aud: 'headwater-api' });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900);
    expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
    expect(JSON.stringify(body)).not.toContain('fast$');
  });

  it('takes the shape of kube-rca too', async () => {
    const answer = await post('/api/v1/auth/login', { id: 'kim', password: PASSWORD });
    expect(answer.json()).toMatchObject({ expiresIn: 900 });
  });

  it('honours the cookie settings', async () => {
    const auth = { cookieSecure: false, cookieSameSite: 'strict', cookieDomain: 'ops.test', cookiePath: '/' } as const;
    const other = await testApp({ store: database().store, auth });
    expect((await other.signIn('kim')).setCookie).toMatch(/; Path=\/; Domain=ops\.test; HttpOnly; SameSite=Strict$/);
  });

  it('answers an unknown login, a wrong password and a disabled user alike', async () => {
    const id = await test.person('gone', viewer);
    const disable = { method: 'PATCH', url: `/api/v1/users/${id}`, payload: { disabled: true } } as const;
    const headers = { authorization: (await test.signIn('root')).authorization };
    expect((await test.app.inject({ ...disable, headers })).json()).toMatchObject({ disabled: true });
    const answers = await Promise.all([login('nobody', PASSWORD), login('kim', 'wrong'), login('gone', PASSWORD)]);
    for (const answer of answers) {
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.json()).toMatchObject({ code: 'unauthenticated', detail: 'the login or the password is wrong' });
    }
    await login('kim', PASSWORD);
  });

  it.each(['locked-known', 'locked-unknown'])(
    'locks %s after failures in a row, longer each time, and says how long',
    async (id) => {
      if (id === 'locked-known') await test.person(id, viewer);
      const codes: number[] = [];
      for (let index = 0; index < 5; index++) codes.push((await login(id, 'wrong')).statusCode);
      expect(codes).toEqual([401, 401, 401, 401, 401]);
      const locked = await login(id, PASSWORD);
      expect(locked.statusCode).toBe(429);
      expect(locked.headers['retry-after']).toBe('15');
      expect(locked.json()).toMatchObject({ detail: 'too many failed tries; try again in 15 s' });
      test.clock.now += 15 * SECOND;
      expect((await login(id, 'wrong')).statusCode).toBe(401);
      expect((await login(id, 'wrong')).headers['retry-after']).toBe('30');
      test.clock.now += 13 * HOUR;
    },
  );

  it('counts guesses that come all at once', async () => {
    await test.person('target', viewer);
    const answers = await Promise.all(Array.from({ length: 15 }, () => login('target', 'guess')));
    expect(answers.filter(({ statusCode }) => statusCode === 401).length).toBe(5);
    expect(answers.filter(({ statusCode }) => statusCode === 429).length).toBe(10);
    test.clock.now += 13 * HOUR;
  });

  it('locks an address that tries many logins', async () => {
    const remoteAddress = '192.0.2.7';
    const from = (index: number) =>
      test.app.inject({
        method: 'POST',
        url: '/api/v1/auth/login',
        payload: { login: `spray${index}`, password: 'wrong' },
        remoteAddress,
      });
    let statusCode = 401;
    let tries = 0;
    while (statusCode === 401 && tries < 40) statusCode = (await from(tries++)).statusCode;
    expect({ statusCode, tries }).toEqual({ statusCode: 429, tries: 21 });
    expect((await login('kim', PASSWORD)).statusCode).toBe(200);
  });

  it('refuses tokens that are forged, old, of another key or unsigned', async () => {
    const { authorization } = await test.signIn('kim');
    expect((await me(authorization)).statusCode).toBe(200);
    const [header, payload] = authorization.slice('Bearer '.length).split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    const other = await new SignJWT(decodeJwt(authorization.slice(7)))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode('x'.repeat(40)));
    const forged = [`${none}.${payload}.`, `${header}.${payload}.`, `${header}.${payload}.AAAA`, other, 'x', 'hw_x'];
    for (const token of forged) expect((await me(`Bearer ${token}`)).statusCode).toBe(401);
    expect((await me(authorization.replace('Bearer', 'Basic'))).statusCode).toBe(401);
    test.clock.now += 16 * MINUTE;
    expect((await me(authorization)).statusCode).toBe(401);
  });

  it('stops a revoked session and a disabled user within two seconds, in another process too', async () => {
    const second = await testApp({ store: database().store });
    second.clock.now = test.clock.now;
    const id = await test.person('leaver', viewer);
    const { authorization } = await test.signIn('leaver');
    const elsewhere = () => second.app.inject({ url: '/api/v1/auth/me', headers: { authorization } });
    expect((await elsewhere()).statusCode).toBe(200);
    const headers = { authorization: (await test.signIn('root')).authorization };
    await test.app.inject({ method: 'PATCH', url: `/api/v1/users/${id}`, payload: { disabled: true }, headers });
    expect((await me(authorization)).statusCode).toBe(401);
    second.clock.now += 2 * SECOND;
    expect((await elsewhere()).statusCode).toBe(401);
  });

  it('rotates the refresh token; one used again later ends the whole session', async () => {
    const first = await test.signIn('kim');
    const second = await refresh(first.cookie);
    expect(second.statusCode).toBe(200);
    const secondCookie = cookieOf(second.headers['set-cookie']);
    expect(secondCookie).not.toBe(first.cookie);
    test.clock.now += 11 * SECOND;
    const reused = await refresh(first.cookie);
    expect(reused.statusCode).toBe(401);
    expect(reused.headers['set-cookie']).toContain('Max-Age=0');
    expect((await refresh(secondCookie)).statusCode).toBe(401);
    expect((await me(`Bearer ${second.json<{ accessToken: string }>().accessToken}`)).statusCode).toBe(401);
    const audit = await test.app.inject({
      url: '/api/v1/audit?action=session.reuse-detected',
      headers: { authorization: (await test.signIn('root')).authorization },
    });
    expect(audit.json<{ items: object[] }>().items[0]).toMatchObject({ actor: { name: 'kim' } });
  });

  it('forgives two tabs that refresh at once, and still tells a thief later', async () => {
    const { cookie } = await test.signIn('kim');
    const both = await Promise.all([refresh(cookie), refresh(cookie)]);
    expect(both.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const [owner = '', thief = ''] = both.map((answer) => cookieOf(answer.headers['set-cookie']));
    test.clock.now += MINUTE;
    const next = await refresh(owner);
    expect(next.statusCode).toBe(200);
    test.clock.now += MINUTE;
    expect((await refresh(thief)).statusCode).toBe(401);
    expect((await refresh(cookieOf(next.headers['set-cookie']))).statusCode).toBe(401);
  });

  it('ends a session that is not used, and one that is used for 30 days', async () => {
    const idle = await test.signIn('kim');
    let { cookie } = await test.signIn('kim');
    test.clock.now += 7 * 24 * HOUR - SECOND;
    for (let week = 1; week <= 4; week++) {
      const answer = await refresh(cookie);
      expect(answer.statusCode).toBe(200);
      cookie = cookieOf(answer.headers['set-cookie']);
      test.clock.now += 7 * 24 * HOUR - SECOND;
    }
    expect((await refresh(cookie)).statusCode).toBe(401);
    expect((await refresh(idle.cookie)).statusCode).toBe(401);
  });

  it('refreshes and signs out only for a page of ours', async () => {
    const { cookie, authorization } = await test.signIn('kim');
    const foreign: Record<string, string>[] = [
      { host: OWN_PAGE.host, origin: 'https://evil.test' },
      { host: OWN_PAGE.host, origin: 'null' },
      { host: OWN_PAGE.host, referer: `https://evil.test/${OWN_PAGE.host}` },
      { host: OWN_PAGE.host, origin: `https://${OWN_PAGE.host}.evil.test` },
      { host: OWN_PAGE.host },
    ];
    for (const headers of foreign) {
      expect((await refresh(cookie, headers)).statusCode).toBe(403);
      const out = await test.app.inject({
        method: 'POST',
        url: '/api/v1/auth/logout',
        headers: { ...headers, cookie },
      });
      expect(out.statusCode).toBe(403);
    }
    expect((await login('kim', PASSWORD, { host: OWN_PAGE.host, origin: 'https://evil.test' })).statusCode).toBe(403);
    expect((await me(authorization)).statusCode).toBe(200);
    const byReferer = await refresh(cookie, { host: OWN_PAGE.host, referer: `${OWN_PAGE.origin}/incidents` });
    expect(byReferer.statusCode).toBe(200);
    const trusting = await testApp({ store: database().store, auth: { trustedOrigins: ['https://ops.test'] } });
    trusting.clock.now = test.clock.now;
    const headers = {
      host: OWN_PAGE.host,
      origin: 'https://ops.test',
      cookie: cookieOf(byReferer.headers['set-cookie']),
    };
    expect((await trusting.app.inject({ method: 'POST', url: '/api/v1/auth/refresh', headers })).statusCode).toBe(200);
  });

  it('signs out: the cookie is taken back, the session and its access token end', async () => {
    const { cookie, authorization } = await test.signIn('kim');
    expect((await me(authorization)).statusCode).toBe(200);
    const out = await test.app.inject({ method: 'POST', url: '/api/v1/auth/logout', headers: { ...OWN_PAGE, cookie } });
    expect(out.json()).toEqual({ status: 'logged_out' });
    expect(out.headers['set-cookie']).toContain('headwater_refresh=; Max-Age=0');
    expect((await me(authorization)).statusCode).toBe(401);
    expect((await refresh(cookie)).statusCode).toBe(401);
    expect((await test.app.inject({ method: 'POST', url: '/api/v1/auth/logout' })).statusCode).toBe(200);
  });

  it('lists and revokes one’s own sessions, and nobody else’s', async () => {
    await test.person('lee', viewer);
    const here = await test.signIn('lee');
    const there = await test.signIn('lee');
    const other = await test.signIn('kim');
    const list = async (authorization: string) => {
      const answer = await test.app.inject({ url: '/api/v1/auth/sessions', headers: { authorization } });
      return answer.json<{ items: { id: string; current: boolean }[] }>().items;
    };
    const mine = await list(here.authorization);
    expect(mine.filter(({ current }) => current)).toHaveLength(1);
    expect(mine).toHaveLength(2);
    const remove = (id: string | undefined, authorization: string) =>
      test.app.inject({ method: 'DELETE', url: `/api/v1/auth/sessions/${id}`, headers: { authorization } });
    const theirs = mine.find(({ current }) => !current)?.id;
    expect((await remove(theirs, other.authorization)).statusCode).toBe(404);
    expect((await remove(theirs, here.authorization)).json()).toMatchObject({ items: [{ current: true }] });
    expect((await me(there.authorization)).statusCode).toBe(401);
    expect((await me(here.authorization)).statusCode).toBe(200);
  });

  it('edits one’s own name and language', async () => {
    const { authorization } = await test.signIn('kim');
    const patch = (url: string, payload: object) =>
      test.app.inject({ method: 'PATCH', url, payload, headers: { authorization } });
    expect((await patch('/api/v1/auth/me', { displayName: '김', language: 'ko' })).json()).toMatchObject({
      displayName: '김',
      language: 'ko',
    });
    const old = await patch('/api/v1/auth/me/language', { preferredLanguage: 'en' });
    expect(old.json()).toMatchObject({ language: 'en', displayName: '김' });
    expect((await patch('/api/v1/auth/me', { language: 'xx' })).statusCode).toBe(400);
  });

  it('changes the password, ends the other sessions, and refuses a weak one', async () => {
    await test.person('changer', viewer);
    const here = await test.signIn('changer');
    const there = await test.signIn('changer');
    const change = (currentPassword: string, newPassword: string) =>
      post('/api/v1/auth/password', { currentPassword, newPassword }, { authorization: here.authorization });
    expect((await change('wrong', 'another fine one')).json()).toMatchObject({
      errors: [{ pointer: '/currentPassword' }],
    });
    expect((await change(PASSWORD, 'password1')).json()).toMatchObject({ errors: [{ pointer: '/newPassword' }] });
    expect((await change(PASSWORD, PASSWORD)).statusCode).toBe(400);
    const changed = await change(PASSWORD, 'another fine one');
    expect(changed.statusCode).toBe(200);
    expect((await me(`Bearer ${changed.json<{ accessToken: string }>().accessToken}`)).statusCode).toBe(200);
    expect((await me(there.authorization)).statusCode).toBe(401);
    expect((await login('changer', PASSWORD)).statusCode).toBe(401);
    expect((await login('changer', 'another fine one')).statusCode).toBe(200);
  });

  it('lets a person with a one-time password do nothing but change it', async () => {
    const headers = { authorization: (await test.signIn('root')).authorization };
    const made = await post('/api/v1/users', { login: 'fresh', bindings: [{ role: 'admin' }] }, headers);
    const { oneTimePassword } = made.json<{ oneTimePassword: string }>();
    const { authorization } = await test.signIn('fresh', oneTimePassword);
    expect((await me(authorization)).json()).toMatchObject({ mustChangePassword: true, permissions: [] });
    for (const url of ['/api/v1/users', '/api/v1/auth/sessions', '/api/v1/audit', '/api/runtime'])
      expect((await test.app.inject({ url, headers: { authorization } })).json()).toMatchObject({
        status: 403,
        detail: 'the password must be changed first',
      });
    const change = { currentPassword: oneTimePassword, newPassword: 'a fine one of my own' };
    expect((await post('/api/v1/auth/password', change, { authorization })).json()).toMatchObject({
      mustChangePassword: false,
    });
    expect((await test.app.inject({ url: '/api/v1/users', headers: { authorization } })).statusCode).toBe(200);
  });

  it('registers only where that is allowed, as a viewer, and not without end', async () => {
    const body = { id: 'newcomer', password: PASSWORD, preferredLanguage: 'ko' };
    expect((await post('/api/v1/auth/register', body)).statusCode).toBe(403);
    const open = await testApp({ store: database().store, auth: { allowSignup: true } });
    open.clock.now = test.clock.now;
    const register = (payload: object) => open.app.inject({ method: 'POST', url: '/api/v1/auth/register', payload });
    expect((await open.app.inject('/api/v1/auth/config')).json()).toMatchObject({ allowSignup: true });
    const made = await register(body);
    expect(made.statusCode).toBe(201);
    expect(made.json()).toMatchObject({ user: { language: 'ko', permissions: ['incidents.read'] } });
    expect((await register({ ...body, id: 'NEWCOMER' })).statusCode).toBe(409);
    expect((await register({ ...body, id: 'x\ny' })).statusCode).toBe(400);
    expect((await register({ ...body, id: 'weak', password: 'weakweak' })).statusCode).toBe(400);
    const codes: number[] = [];
    for (let index = 0; index < 6; index++) codes.push((await register({ ...body, id: `bot${index}` })).statusCode);
    expect(codes).toContain(429);
  });
});
