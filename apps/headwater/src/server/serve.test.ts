import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { selfSigned } from '@headwater/testkit/certificates.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const database = useDatabase('18');
const folder = mkdtempSync(join(tmpdir(), 'headwater-serve-'));
const running: Headwater[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) {
    one.child.kill('SIGKILL');
    await one.ended;
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Headwater {
  readonly child: ChildProcess;
  /** The address, once it listens. */
  readonly url: Promise<string>;
  readonly ended: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

const MAIN = resolve(import.meta.dirname, '../main.ts');

/** The executable as a process of its own, on this test's database. */
function headwater(args: readonly string[], env: Readonly<Record<string, string>> = {}): Headwater {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      HEADWATER_DATABASE_URL: database().url,
      HEADWATER_PORT: '0',
      ...env,
    },
  });
  let stdout = '';
  let stderr = '';
  const listening = Promise.withResolvers<string>();
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
    const url = /listens on (\S+)/.exec(stdout)?.[1];
    if (url !== undefined) listening.resolve(url);
  });
  child.stderr.on('data', (data: Buffer) => void (stderr += data.toString()));
  const ended = once(child, 'close').then(([code]) => {
    listening.reject(new Error(`headwater ended with ${String(code)}: ${stderr}`));
    return code as number | null;
  });
  listening.promise.catch(() => {});
  const one = { child, url: listening.promise, ended, stdout: () => stdout, stderr: () => stderr };
  running.push(one);
  return one;
}

describe('headwater serve', () => {
  it('says where it listens, shows the one-time password once, and stops cleanly', async () => {
    const first = headwater(['serve']);
    const url = await first.url;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const password = /one-time password\s+(\S+)/.exec(first.stdout())?.[1] ?? '';
    expect(password).toMatch(/^\w{4}-\w{4}-\w{4}-\w{4}$/);
    expect(first.stderr()).not.toContain(password);
    const body = JSON.stringify({ login: 'admin', password });
    const headers = { 'content-type': 'application/json' };
    const signedIn = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', body, headers });
    expect(signedIn.status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    for (const line of first.stderr().trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();

    const second = headwater(['serve', '--roles', 'api']);
    await second.url;
    expect(second.stdout()).not.toContain('one-time password');
  }, 60_000);

  it('on SIGTERM is not ready first, finishes what runs, and ends streams so that they resume', async () => {
    const server = headwater(['serve', '--roles', 'api'], {
      HEADWATER_SHUTDOWN_DELAY: '1s',
      HEADWATER_INTAKE_TOKEN: 'x'.repeat(32),
    });
    const url = await server.url;
    const request = slowRequest(url);
    await sleep(200);
    server.child.kill('SIGTERM');
    await sleep(300);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    request.finish();
    expect(await request.status).toBe(200);
    expect(await server.ended).toBe(0);
  }, 60_000);

  it('a second SIGTERM ends it at once', async () => {
    const server = headwater(['serve', '--roles', 'api'], { HEADWATER_SHUTDOWN_DELAY: '2m' });
    await server.url;
    server.child.kill('SIGTERM');
    await sleep(300);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(143);
  }, 60_000);

  it('without the role api answers operators only', async () => {
    const server = headwater(['serve', '--roles', 'worker']);
    const url = await server.url;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
    expect((await fetch(`${url}/api/v1/incidents`)).status).toBe(404);
  }, 60_000);

  it('refuses a wrong configuration, naming everything wrong in it', async () => {
    const server = headwater(['serve'], { HEADWATER_PORTT: '1', HEADWATER_ROLES: 'boss' });
    server.url.catch(() => {});
    expect(await server.ended).toBe(3);
    expect(server.stderr()).toContain('did you mean HEADWATER_PORT?');
    expect(server.stderr()).toContain('HEADWATER_ROLES');
  }, 60_000);

  it('refuses a port that is taken, and leaves nothing running', async () => {
    const server = headwater(['serve', '--roles', 'api']);
    const { port } = new URL(await server.url);
    const second = headwater(['serve', '--roles', 'api', '--port', port]);
    second.url.catch(() => {});
    expect(await second.ended).toBe(4);
    expect(second.stderr()).toContain(port);
  }, 60_000);

  it('speaks TLS, and asks for client certificates when told to', async () => {
    const own = selfSigned({ from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 3_600_000) });
    const cert = join(folder, 'cert.pem');
    const key = join(folder, 'key.pem');
    writeFileSync(cert, own.cert);
    writeFileSync(key, own.key);
    const tls = { HEADWATER_TLS_CERT_FILE: cert, HEADWATER_TLS_KEY_FILE: key };
    const mutual = { HEADWATER_TLS_CLIENT_CA_FILE: cert, HEADWATER_TLS_CLIENT_REQUIRED: 'true' };
    const server = headwater(['serve', '--roles', 'api'], { ...tls, ...mutual });
    const url = await server.url;
    expect(url).toMatch(/^https:/);
    await expect(ask(`${url}/ping`, { ca: own.cert })).rejects.toThrow();
    expect(await ask(`${url}/ping`, { ca: own.cert, cert: own.cert, key: own.key })).toBe(200);
  }, 60_000);
});

interface SlowRequest {
  finish(): void;
  readonly status: Promise<number>;
}

/** A webhook whose body arrives only when told: a request that runs while the server stops. */
function slowRequest(url: string): SlowRequest {
  const finish = Promise.withResolvers<void>();
  async function* body(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('{"version":"4","status":"firing","receiver":"x",');
    await finish.promise;
    yield new TextEncoder().encode('"groupLabels":{},"commonLabels":{},"alerts":[]}');
  }
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${'x'.repeat(32)}` };
  const init = { method: 'POST', headers, body: ReadableStream.from(body()), duplex: 'half' } as RequestInit;
  const status = fetch(`${url}/webhook/alertmanager`, init).then((answer) => answer.status);
  return { finish: () => finish.resolve(), status };
}

function ask(
  url: string,
  options: { readonly ca: string; readonly cert?: string; readonly key?: string },
): Promise<number> {
  return new Promise((resolve_, reject) => {
    get(url, { ...options, checkServerIdentity: () => undefined }, (response) => {
      response.resume();
      resolve_(response.statusCode ?? 0);
    }).on('error', reject);
  });
}
