import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationRoutes } from '../operations/routes.ts';
import { testServer } from '../test-server.ts';

const routes = operationRoutes(() => routes);
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headwater-page-'));
  mkdirSync(join(folder, 'dist/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'dist/index.html'), '<!doctype html><p>the page');
  writeFileSync(join(folder, 'dist/theme.js'), '1;');
  writeFileSync(join(folder, 'dist/assets/index-BjK3x9_a.js'), '2;');
  writeFileSync(join(folder, 'dist/assets/index-BjK3x9_a.js.gz'), 'zipped');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the page', () => {
  it('is sent to browsers at any address of its own, and checked again each time', async () => {
    const app = await testServer({ routes, actor: null, page: join(folder, 'dist') });
    for (const url of ['/', '/incidents', '/incidents/inc_1?tab=evidence']) {
      const answer = await app.inject({ url, headers: html });
      expect([answer.statusCode, answer.body]).toEqual([200, '<!doctype html><p>the page']);
      expect(answer.headers['content-type']).toContain('text/html');
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
  });

  it('keeps hashed files for ever and others not, packed when the browser takes it', async () => {
    const app = await testServer({ routes, actor: null, page: join(folder, 'dist') });
    const hashed = await app.inject({ url: '/assets/index-BjK3x9_a.js', headers: { 'accept-encoding': 'gzip' } });
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(hashed.headers['content-encoding']).toBe('gzip');
    expect((await app.inject('/theme.js')).headers['cache-control']).toBe('no-cache');
  });

  it('is never what a program, a missing file or an unknown API address gets', async () => {
    const app = await testServer({ routes, actor: null, page: join(folder, 'dist') });
    expect((await app.inject('/')).json()).toMatchObject({ status: 'ok' });
    for (const url of ['/api/v1/nothing', '/assets/index-gone1234.js', '/gone.js'])
      expect((await app.inject({ url, headers: html })).json(), url).toMatchObject({ status: 404 });
    expect((await app.inject({ method: 'POST', url: '/incidents', headers: html })).statusCode).toBe(404);
  });

  it.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt', '//secret.txt'])(
    'gives no file outside its directory: %s',
    async (url) => {
      const app = await testServer({ routes, actor: null, page: join(folder, 'dist') });
      const answer = await app.inject(url);
      expect(answer.body).not.toBe('secret');
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    },
  );

  it('says how to build it when it is not there', async () => {
    const app = await testServer({ routes, actor: null, page: join(folder, 'nowhere') });
    const answer = await app.inject({ url: '/', headers: html });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('npm run build -w @headwater/web');
  });
});

describe('every answer', () => {
  it('carries the headers that keep browsers from being used against us', async () => {
    const app = await testServer({ routes, actor: null, page: join(folder, 'dist') });
    for (const url of ['/', '/ping', '/api/nothing']) {
      const { headers } = await app.inject({ url, headers: html });
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(/script-src[^;]*unsafe/.test(policy)).toBe(false);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['strict-transport-security']).toBeUndefined();
    }
  });

  it('lets pages of other origins in only when the settings name them', async () => {
    const preflight = { origin: 'https://ops.example', 'access-control-request-method': 'GET' };
    const closed = await testServer({ routes, actor: null });
    const refused = await closed.inject({ method: 'OPTIONS', url: '/ping', headers: preflight });
    expect(refused.headers['access-control-allow-origin']).toBeUndefined();
    const open = await testServer({ routes, actor: null, server: { corsOrigins: ['https://ops.example'] } });
    const allowed = await open.inject({ method: 'OPTIONS', url: '/ping', headers: preflight });
    expect(allowed.headers['access-control-allow-origin']).toBe('https://ops.example');
    expect(allowed.headers['access-control-allow-credentials']).toBe('true');
    const other = await open.inject({ url: '/ping', headers: { origin: 'https://evil.example' } });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });
});
