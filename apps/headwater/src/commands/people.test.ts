import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../cli/exit-codes.ts';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { fastPasswords, PASSWORD, type TestApp, testApp } from '../security/test-app.ts';
import { wire } from '../wiring.ts';
import { parseRole, roleText } from './role-option.ts';

describe('signing in and managing people from the command line', () => {
  const database = useDatabase('18');
  let test: TestApp;
  let server: string;
  let home: string;

  beforeAll(async () => {
    test = await testApp({ store: database().store });
    await test.person('root', { role: 'admin', cluster: '*', namespace: '*' });
    await test.person('viewer1', { role: 'viewer', cluster: '*', namespace: '*' });
    server = await test.app.listen({ port: 0, host: '127.0.0.1' });
    home = await mkdtemp(join(tmpdir(), 'headwater-cli-'));
  });
  afterAll(async () => {
    await test.app.close();
    await rm(home, { recursive: true });
  });

  interface Given {
    readonly typed?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  }

  async function headwater(line: string, { typed = [], env = {} }: Given = {}) {
    const lines = [...typed];
    const captured = captureIo({
      env: { XDG_CONFIG_HOME: home, ...env },
      now: () => test.clock.now,
      secret: () => Promise.resolve(lines.shift() ?? ''),
    });
    const openCredentials = async () => ({ ...(await wire.openCredentials()), passwords: fastPasswords });
    const code = await run(line.split(' '), { io: captured.io, wiring: { ...wire, openCredentials } });
    return { code, stdout: captured.stdout(), stderr: captured.stderr() };
  }

  async function stored() {
    return JSON.parse(await readFile(join(home, 'headwater/credentials.json'), 'utf8')) as {
      servers: Record<string, { refreshToken?: string; token?: string }>;
    };
  }

  it('says what to do before one signed in', async () => {
    const unnamed = await headwater('users list');
    expect(unnamed).toMatchObject({ code: EXIT.invalid.code });
    expect(unnamed.stderr).toContain('headwater login');
    const unsigned = await headwater(`users list --server ${server}`);
    expect(unsigned).toMatchObject({ code: EXIT.denied.code });
    expect(unsigned.stderr).toContain(`headwater login ${server}`);
    const nothing = await headwater('users list --server http://127.0.0.1:1', { env: { HEADWATER_TOKEN: 'hw_x' } });
    expect(nothing.stderr).toContain('cannot reach Headwater at http://127.0.0.1:1: connection refused');
    expect(nothing.code).toBe(EXIT.unavailable.code);
  });

  it('signs in with a password and keeps the session for its owner only', async () => {
    const wrong = await headwater(`login ${server} --user root`, { typed: ['nope'] });
    expect(wrong.stderr).toContain('the login or the password is wrong');
    expect(wrong.code).toBe(EXIT.denied.code);
    const { code, stdout } = await headwater(`login ${server}/ --user root`, { typed: [PASSWORD] });
    expect(stdout).toContain(`Signed in to ${server} as root (admin)`);
    expect(code).toBe(EXIT.ok.code);
    expect((await stat(join(home, 'headwater/credentials.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.stringify(await stored())).not.toContain(PASSWORD);
    expect((await headwater('users list')).stdout).toMatch(/^LOGIN +NAME +ROLES +STATE\nroot +root +admin +active\n/);
  });

  it('refreshes a session that has run out, and keeps what it got', async () => {
    const before = (await stored()).servers[server]?.refreshToken;
    test.clock.now += 16 * 60_000;
    expect((await headwater('users list')).code).toBe(EXIT.ok.code);
    const after = (await stored()).servers[server]?.refreshToken;
    expect(after).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(after).not.toBe(before);
  });

  it('creates, binds, unbinds, disables, enables and resets', async () => {
    const created = await headwater('users create kim --name Kim --role responder@prod/shop');
    const oneTime = /One-time password: (\S+)/.exec(created.stdout)?.[1] ?? '';
    expect((await headwater('users create kim')).stderr).toContain('the login kim is taken');
    expect((await headwater('users bind kim viewer@prod')).stdout).toBe('kim: responder@prod/shop, viewer@prod\n');
    expect((await headwater('users unbind KIM viewer@prod')).stdout).toBe('kim: responder@prod/shop\n');
    const missing = await headwater('users unbind kim admin');
    expect(missing).toMatchObject({ code: EXIT.notFound.code });
    expect(missing.stderr).toContain('it has: responder@prod/shop');
    expect((await headwater('users bind kim respnder')).stderr).toContain('did you mean responder?');
    expect((await headwater('users disable kim')).stdout).toBe('Disabled kim.\n');
    const typed = [oneTime, 'a fine one of my own'];
    const xdg = join(home, 'kim');
    const disabled = await headwater(`login ${server} --user kim`, { typed, env: { XDG_CONFIG_HOME: xdg } });
    expect(disabled.code).toBe(EXIT.denied.code);
    expect((await headwater('users enable kim')).stdout).toBe('Enabled kim.\n');
    const entered = await headwater(`login ${server} --user kim`, { typed, env: { XDG_CONFIG_HOME: xdg } });
    expect(entered.stdout).toContain('as kim (responder)');
    const refused = await headwater('users list', { env: { XDG_CONFIG_HOME: xdg } });
    expect(refused).toMatchObject({ code: EXIT.denied.code, stdout: '' });
    expect((await headwater('users reset-password kim')).stdout).toMatch(/^One-time password of kim: [a-z2-9-]{19}\n$/);
    expect((await headwater('users disable root')).stderr).toContain('the last admin');
    const { stdout } = await headwater('users list --query kim -o json');
    expect(JSON.parse(stdout)).toMatchObject([{ login: 'kim', displayName: 'Kim', mustChangePassword: true }]);
  });

  it('makes a token, signs in with it, and revokes it', async () => {
    const made = await headwater('tokens create ci --role viewer@prod --expires 90d');
    expect(made.stdout).toMatch(/^hw_[A-Za-z0-9]{40}\n$/);
    const secret = made.stdout.trim();
    const env = { XDG_CONFIG_HOME: join(home, 'ci') };
    expect((await headwater(`login ${server}`, { typed: [secret], env })).stdout).toContain('as ci (viewer)');
    expect((await headwater('tokens list', { env })).code).toBe(EXIT.denied.code);
    expect((await headwater('tokens list')).stdout).toMatch(/hw_\w{7} +ci +viewer@prod +live +2026-05-30/);
    const file = join(home, 'token');
    await writeFile(file, `${secret}\n`);
    const byFile = { HEADWATER_SERVER: server, HEADWATER_TOKEN_FILE: file, XDG_CONFIG_HOME: join(home, 'empty') };
    expect((await headwater('users list', { env: byFile })).stderr).toContain('no role of ci permits users.manage');
    expect((await headwater('tokens revoke ci')).stdout).toContain('Revoked ci');
    expect((await headwater('tokens list', { env })).stderr).toContain('headwater login');
    expect((await headwater('tokens revoke nonsense')).code).toBe(EXIT.notFound.code);
  });

  it('lets an admin in again who lost the password, without a server', async () => {
    const env = { HEADWATER_DATABASE_URL: database().url };
    await headwater('users create locked --role admin');
    await headwater('users disable locked');
    const recovered = await headwater('users recover LOCKED', { env });
    const typed = [/One-time password of locked: (\S+)/.exec(recovered.stdout)?.[1] ?? '', 'a fine one of my own'];
    const elsewhere = { XDG_CONFIG_HOME: join(home, 'locked') };
    expect((await headwater(`login ${server} --user locked`, { typed, env: elsewhere })).stdout).toContain('(admin)');
    expect((await headwater('users recover nobody', { env })).code).toBe(EXIT.notFound.code);
  });

  it('signs out: the session ends on the server and is forgotten here', async () => {
    const { refreshToken = '' } = (await stored()).servers[server] ?? {};
    expect((await headwater('logout')).stdout).toBe(`Signed out of ${server}.\n`);
    expect((await stored()).servers).toEqual({});
    const headers = { cookie: `headwater_refresh=${refreshToken}`, origin: 'https://h.test', host: 'h.test' };
    const answer = await test.app.inject({ method: 'POST', url: '/api/v1/auth/refresh', headers });
    expect(answer.statusCode).toBe(401);
    expect((await headwater('logout')).code).toBe(EXIT.notFound.code);
  });
});

describe('roles as they are typed', () => {
  it.each(['viewer', 'responder@prod', 'sender@prod/shop', 'approver@*/shop'])('%s reads and writes alike', (text) => {
    expect(roleText(parseRole(text))).toBe(text);
  });
  it.each(['', 'root', 'viewer@', 'viewer@/shop', 'viewer prod'])('refuses %j', (text) => {
    expect(() => parseRole(text)).toThrow('expected one of viewer');
  });
});
