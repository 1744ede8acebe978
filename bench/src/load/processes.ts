import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountFor } from '@headwater/adapters/postgres/embedded/account.ts';
import { AppError } from '@headwater/core/errors.ts';
import { request } from 'undici';

/** A server under load. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const MAIN = resolve(import.meta.dirname, '../../../apps/headwater/src/main.ts');
const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
const READY_WITHIN_MS = 60_000;

/** A port nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** `headwater serve` with an administrator `admin` of the given password, ready to answer. */
export async function startHeadwater(env: Readonly<Record<string, string>>): Promise<Running> {
  const port = await freePort();
  const own = { HEADWATER_PORT: String(port), HEADWATER_LOG_LEVEL: 'warn', ...env };
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', ...own },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}/readyz`, child);
  return running(child, url);
}

/** Debian's Alertmanager, alone and without receivers that matter. */
export async function startAlertmanager(): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-load-am-'));
  const port = await freePort();
  const config = join(folder, 'alertmanager.yml');
  spawnSync('/bin/sh', ['-c', `printf 'route: {receiver: none}\\nreceivers: [{name: none}]\\n' > '${config}'`]);
  const child = spawn(
    'prometheus-alertmanager',
    [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const url = `http://127.0.0.1:${port}`;
  await untilAnswers(`${url}/-/ready`, child);
  return running(child, url, folder);
}

/** Debian's PostgreSQL 15 with every flush on; its URL. */
export async function startExternalPostgres(): Promise<Running> {
  if (!existsSync(join(DEBIAN_15, 'postgres')))
    throw new AppError('not_found', `PostgreSQL 15 is not in ${DEBIAN_15}: apt-get install postgresql-15`);
  const folder = await mkdtemp(join(tmpdir(), 'headwater-load-pg-'));
  const account = accountFor(undefined);
  if (account) await chown(folder, account.uid, account.gid);
  const as = {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  };
  const made = spawnSync(join(DEBIAN_15, 'initdb'), ['-D', 'data', '-U', 'headwater', '-A', 'trust', '-E', 'UTF8'], as);
  if (made.status !== 0) throw new AppError('internal', `initdb failed: ${made.stderr.toString()}`);
  // The same memory as the embedded one, so that the two differ in nothing but their version and who runs them.
  const settings = ['-c', 'listen_addresses=', '-c', 'shared_buffers=64MB', '-c', 'max_connections=60'];
  const child = spawn(join(DEBIAN_15, 'postgres'), ['-D', 'data', '-k', folder, ...settings], {
    ...as,
    stdio: 'ignore',
  });
  while (!existsSync(join(folder, '.s.PGSQL.5432'))) await sleep(50);
  await sleep(500);
  return running(child, `postgres://headwater@localhost/postgres?host=${encodeURIComponent(folder)}`, folder);
}

function running(child: ChildProcess, url: string, folder?: string): Running {
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      const ended = new Promise<void>((done) => child.once('exit', () => done()));
      if (child.exitCode === null) {
        child.kill('SIGINT');
        await Promise.race([ended, sleep(30_000)]);
      }
      if (folder) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null)
      throw new AppError('internal', `the server ended with ${child.exitCode} before it answered ${url}`);
    const status = await request(url).then(
      async ({ statusCode, body }) => (await body.dump(), statusCode),
      () => 0,
    );
    if (status === 200) return;
    await sleep(50);
  }
  throw new AppError('unavailable', `no answer from ${url} within ${READY_WITHIN_MS / 1000} s`);
}

export interface Memory {
  /** Resident megabytes of the process itself. */
  readonly process: number;
  /** Of it and everything it started, shared pages counted once (proportional set size). */
  readonly tree: number;
}

/** The memory of a process and its descendants, on Linux. */
export function memoryOf(pid: number): Memory {
  const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  const tree = descendants(pid).reduce((sum, one) => sum + proportional(one), 0);
  return { process: Math.round(own / 1024), tree: Math.round(tree / 1024) };
}

function proportional(pid: number): number {
  try {
    return Number(/Pss:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}
