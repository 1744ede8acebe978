import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { Client } from 'pg';
import type { Binaries } from './binaries.ts';
import { EMBEDDED_DATABASE, EMBEDDED_USER } from './cluster.ts';
import type { Directories } from './directories.ts';

export interface Server {
  readonly pid: number;
  /** Settles when the process is gone, with its last words. */
  readonly ended: Promise<string>;
  signal(signal: NodeJS.Signals): void;
}

// Crash recovery replays at most max_wal_size; a slow disk takes its time over that.
const READY_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 20_000;
// The eighth line of postmaster.pid.
const STATE_LINE = 7;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '48MB',
  max_connections: '60',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  effective_cache_size: '512MB',
  random_page_cost: '1.1',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  // Nobody replicates an embedded server, so its log carries what recovery needs and no more.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  huge_pages: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_line_prefix: '',
};

// The descriptor 3 is a pipe this process holds and never writes: when it is gone, however it went, the reader sees the
// end and stops the server. It is forked twice so that the server does not count it among its own children.
const SCRIPT = `pid=$$
( ( cat <&3 >/dev/null 2>&1; kill -INT "$pid" 2>/dev/null ) >/dev/null 2>&1 & )
exec 3<&-
exec "$0" "$@"`;

/** Starts the server process in the prepared cluster. */
export function spawnServer(binaries: Binaries, directories: Directories, log: (line: string) => void): Server {
  const { account, cluster, data, socket } = directories;
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: socket });
  const args = ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = spawn('/bin/sh', ['-c', SCRIPT, binaries.postgres, ...args], {
    cwd: data,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    // A group of its own: an interrupt from the terminal is for us, who stop the server last.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  return { pid: child.pid ?? 0, ended: lastWords(child, log), signal: (signal) => void child.kill(signal) };
}

function lastWords(child: ChildProcess, log: (line: string) => void): Promise<string> {
  let last = '';
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (/^(FATAL|PANIC|ERROR)/.test(line)) last = line;
      log(line);
    }
  });
  const lifeline = child.stdio[3] as Writable | undefined;
  lifeline?.on('error', () => undefined);
  return new Promise((resolve) => {
    const settle = (words: string) => {
      lifeline?.destroy();
      resolve(words);
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => {
      settle(signal ? `it was ended by ${signal}` : last || `it ended with code ${code}`);
    });
  });
}

/** Waits until the server answers and has our database; throws what it said when it ends instead. */
export async function untilReady(server: Server, { cluster, socket }: Directories): Promise<void> {
  let gone: string | undefined;
  const watch = async () => {
    gone = await server.ended;
  };
  void watch();
  let pause = 10;
  for (let waited = 0; waited < READY_WITHIN_MS; waited += pause) {
    if (gone !== undefined) throw new AppError('unavailable', `PostgreSQL did not start: ${gone}`);
    // Asked before it says so, it answers with an error that alarms whoever reads its log.
    if ((await saysReady(cluster)) && (await answers(socket))) return;
    pause = Math.min(pause * 1.5, 100);
    await sleep(pause);
  }
  server.signal('SIGQUIT');
  throw new AppError('unavailable', `PostgreSQL did not answer within ${READY_WITHIN_MS / 1000} s`);
}

async function saysReady(cluster: string): Promise<boolean> {
  const lines = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  return lines.split('\n')[STATE_LINE]?.trim() === 'ready';
}

async function answers(socket: string): Promise<boolean> {
  const client = new Client({
    host: socket,
    user: EMBEDDED_USER,
    database: 'postgres',
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch {
    return false;
  }
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [EMBEDDED_DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${EMBEDDED_DATABASE}`);
    return true;
  } catch (error) {
    throw new AppError('unavailable', `the embedded database could not be opened: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Stops the server: at once for its clients, orderly for its data; harder only when it does not listen. */
export async function stopServer(server: Server): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    server.signal(signal);
    const stopped = await Promise.race([server.ended.then(() => true), sleep(STOP_WITHIN_MS, false, { ref: false })]);
    if (stopped) return;
  }
}
