import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../../..');

/** Builds the page when it is older than its sources, as every command that serves it does. */
export function buildPage(): void {
  const built = spawnSync(process.execPath, [join(ROOT, 'tools/page.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
}

export interface RunningHeadwater {
  readonly url: string;
  readonly password: string;
  readonly stop: () => Promise<void>;
}

const READY_MS = 60_000;

/** Starts a command that serves the page, and waits until it has said where and with which password. */
export async function startHeadwater(
  args: readonly string[],
  password: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningHeadwater> {
  const main = join(ROOT, 'apps/headwater/src/main.ts');
  const child = spawn(process.execPath, [main, ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  let said = '';
  const listen = (piece: Buffer): void => {
    said += piece.toString();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const until = Date.now() + READY_MS;
  for (;;) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    const word = password.exec(said)?.[1];
    if (url && word) return { url, password: word, stop: () => stopped(child) };
    if (child.exitCode !== null || Date.now() > until) {
      await stopped(child);
      throw new Error(`headwater ${args.join(' ')} did not start:\n${said}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
}

/** The demo: a server on a database of its own, with a replayed cluster whose incidents begin one after another. */
export function startDemo(): Promise<RunningHeadwater> {
  return startHeadwater(['demo', '--port', '0'], /Sign in\s+admin\s+(\S+)/);
}
