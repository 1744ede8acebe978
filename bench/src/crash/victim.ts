import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@headwater/core/errors.ts';
import { request } from 'undici';

const MAIN = resolve(import.meta.dirname, '../../../apps/headwater/src/main.ts');
const READY_WITHIN_MS = 90_000;

/** What dies: the program alone, with every process it started as when a machine goes, or its database under it. */
export type Blow = 'server' | 'server and database' | 'database';

export interface VictimOptions {
  readonly dataDirectory: string;
  readonly cacheDirectory: string;
  /** Further variables of the configuration. */
  readonly env?: Readonly<Record<string, string>>;
}

/** `headwater serve` on its embedded database, killed and started again at the same address. */
export interface Victim {
  readonly url: string;
  start(): void;
  /** Resolves once it answers that it is ready. */
  ready(): Promise<void>;
  /** SIGKILL, without any warning; the program must be started again unless only the database died. */
  kill(blow: Blow): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** The last of what it wrote. */
  said(): string;
}

/** Prepares a server on a free port; nothing runs before `start`. */
export async function createVictim(options: VictimOptions): Promise<Victim> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let said = '';
  let databaseStruck = false;

  function start(): void {
    databaseStruck = false;
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: '/nonexistent',
      HEADWATER_PORT: String(port),
      HEADWATER_DATA_DIR: options.dataDirectory,
      HEADWATER_CACHE_DIR: options.cacheDirectory,
      HEADWATER_LOG_LEVEL: 'warn',
      ...options.env,
    };
    child = spawn(process.execPath, [MAIN, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-8_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
  }

  async function end(act: (pid: number) => void): Promise<void> {
    const running = child;
    child = null;
    if (!running?.pid || running.exitCode !== null) return;
    const gone = new Promise<void>((done) => running.once('exit', () => done()));
    act(running.pid);
    await gone;
  }

  return {
    url,
    start,
    said: () => said,
    async ready() {
      for (let waited = 0; waited < READY_WITHIN_MS; waited += 20) {
        if (!child || child.exitCode !== null) {
          // Whose database dies while it starts gives up; whoever runs it starts it again.
          if (!databaseStruck) throw new AppError('internal', `the server ended by itself: ${said}`);
          start();
        }
        if ((await statusOf(`${url}/readyz`)) === 200) return;
        await sleep(20);
      }
      throw new AppError('unavailable', `the server was not ready in ${READY_WITHIN_MS / 1000} s: ${said}`);
    },
    async kill(blow) {
      if (blow === 'database') {
        databaseStruck = true;
        for (const one of databaseOf(options.dataDirectory)) killNow(one);
        return;
      }
      return end((pid) => {
        // All of them are named before the first dies: an orphan would have another parent.
        const others = blow === 'server' ? [] : [...descendants(pid), ...databaseOf(options.dataDirectory)];
        for (const one of [pid, ...others]) killNow(one);
      });
    },
    stop: () => end((pid) => process.kill(pid, 'SIGTERM')),
  };
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself a moment ago.
  }
}

// The program starts the database through a shell that leaves it behind: its parent says nothing of whose it is. A file
// that outlived its server may name anybody, so the command line must name our directory.
function databaseOf(dataDirectory: string): number[] {
  const file = readdirSync(dataDirectory, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('postmaster.pid'),
  );
  if (file === undefined) return [];
  try {
    const pid = Number(readFileSync(join(dataDirectory, file), 'utf8').split('\n', 1)[0]);
    const ours = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDirectory);
    return ours ? [pid, ...descendants(pid)] : [];
  } catch {
    return [];
  }
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found.slice(1);
}

async function statusOf(url: string): Promise<number> {
  try {
    const { statusCode, body } = await request(url, { headersTimeout: 5_000, bodyTimeout: 5_000 });
    await body.dump();
    return statusCode;
  } catch {
    return 0;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
