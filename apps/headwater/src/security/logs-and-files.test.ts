import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../observability/log.ts';
import { OWN_PAGE, PASSWORD, type TestApp, testApp } from './test-app.ts';

const INJECTED = 'kim\n{"level":"error","message":"forged"}\r\n\u001b[2J\u2028';

describe('logs and files', () => {
  const database = useDatabase('18');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-files-'));
  const lines: string[] = [];
  let test: TestApp;
  let port: number;

  beforeAll(async () => {
    mkdirSync(join(folder, 'dist/assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), 'the secret');
    writeFileSync(join(folder, 'dist/index.html'), '<!doctype html><p>the page');
    const log = createLog({ level: 'debug', write: (line) => void lines.push(line) });
    test = await testApp({ store: database().store, log, page: join(folder, 'dist') });
    await test.person('kim', { role: 'admin', cluster: '*', namespace: '*' });
    await test.app.listen({ port: 0, host: '127.0.0.1' });
    port = (test.app.server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    await test.app.close();
    rmSync(folder, { recursive: true });
  });

  /** Sends a request line as it is: a client would tidy the path. */
  async function raw(target: string, more = ''): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n${more}connection: close\r\n\r\n`);
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    await once(socket, 'close');
    return answer;
  }

  it('keeps one line per event whatever is typed', async () => {
    lines.length = 0;
    const post = (url: string, payload: object, headers = {}) =>
      test.app.inject({ method: 'POST', url, payload, headers });
    await post('/api/v1/auth/login', { login: INJECTED, password: INJECTED });
    const { authorization } = await test.signIn('kim');
    await post('/api/v1/users', { login: INJECTED }, { authorization });
    await test.app.inject({ url: `/api/v1/users/${encodeURIComponent(INJECTED)}`, headers: { authorization } });
    await test.app.inject({
      url: `/api/v1/incidents/${encodeURIComponent(INJECTED)}`,
      headers: { authorization, 'user-agent': 'x\tforged' },
    });
    await raw(`/${encodeURIComponent(INJECTED)}`, 'x-request-id: a%0Ab\tc\r\n');
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      for (const control of ['\n', '\r', '\u001b']) expect(line.trimEnd()).not.toContain(control);
      expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' });
    }
  });

  it('writes down no password, token or cookie', async () => {
    lines.length = 0;
    const { authorization, cookie } = await test.signIn('kim');
    await test.app.inject({ url: `/api/v1/auth/me?token=${authorization.slice(7)}`, headers: { authorization } });
    await test.app.inject({ method: 'POST', url: '/api/v1/auth/refresh', headers: { ...OWN_PAGE, cookie } });
    await test.app.inject({
      method: 'POST',
      url: '/api/v1/auth/login',
      payload: { login: 'kim', password: 'a wrong one' },
    });
    const made = await test.program({ role: 'viewer', cluster: '*', namespace: '*' });
    await test.app.inject({ url: '/api/v1/users', headers: made });
    const text = lines.join('');
    expect(text).toContain('/api/v1/auth/me');
    for (const secret of [
      PASSWORD,
      'a wrong one',
      authorization.slice(7),
      cookie.split('=')[1] ?? '?',
      made.authorization.slice(7),
    ])
      expect(text).not.toContain(secret);
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%252e%252e/%252e%252e/secret.txt',
    '//secret.txt',
    '/./../secret.txt',
    '/secret.txt%00.js',
    '/....//secret.txt',
    '/assets/..;/..;/secret.txt',
    'http://x/../secret.txt',
    '/\\..\\secret.txt',
    '/etc/passwd',
    '/proc/self/environ',
  ])('gives no file outside the page: %s', async (target) => {
    const answer = await raw(target);
    expect(answer).toMatch(/^HTTP\/1\.1 \d{3}/);
    expect(answer).not.toMatch(/the secret|root:x:|PATH=/);
  });

  it('answers a path that is no path with words, and goes on', async () => {
    for (const target of ['/%', '/%zz', '/%c0%af', `/${'a'.repeat(9_000)}`, '/api/v1/users/%']) {
      const answer = await raw(target);
      expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d|200)/);
    }
    expect(await raw('/ping')).toContain('pong');
  });

  it('guards every answer with the headers browsers heed', async () => {
    for (const url of ['/', '/api/v1/auth/config', '/api/v1/users', '/nothing']) {
      const { headers } = await test.app.inject({ url, headers: { accept: 'text/html' } });
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });
});
