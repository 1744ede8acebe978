import { link, mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { type Millis, SECOND } from '@headwater/core/time.ts';
import { z } from 'zod';
import { isRunning, processStart } from './processes.ts';

const Holder = z.object({ pid: z.number(), start: z.string(), host: z.string() });
export type Holder = z.infer<typeof Holder>;

export interface DirectoryLock {
  release(): Promise<void>;
}

const BEAT_MS = 5 * SECOND;
// A process of another host cannot be asked whether it lives; this many missed beats say it does not.
const SILENT_MS = 6 * BEAT_MS;
const ATTEMPTS = 10;
// Somebody else's turn takes a few milliseconds.
const WAIT_MS = 25;
// So that two claims of one process do not write the same file.
let claims = 0;

/** Makes this process the only owner of the directory; `conflict` names the one that already is. */
export async function lockDirectory(path: string, now: () => Millis): Promise<DirectoryLock> {
  const own = JSON.stringify({ pid: process.pid, start: processStart(process.pid) ?? '', host: hostname() });
  const fresh = `${path}.${process.pid}.${++claims}`;
  await writeFile(fresh, own, { mode: 0o644 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await linked(fresh, path)) return held(path, own, now);
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      const holder = await liveHolder(path, now());
      if (holder) throw refusal(path, holder);
      await removeStale(path, text, now());
    }
  } finally {
    await rm(fresh, { force: true });
  }
  throw new AppError('conflict', `several processes try to own ${path} at once; try again`);
}

/** The process that owns the directory now, or null: nobody, or one that is gone. */
export async function liveHolder(path: string, now: Millis): Promise<Holder | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const parsed = Holder.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const holder = parsed.data;
  if (holder.host !== hostname()) {
    const beat = await stat(path).then(
      (found) => found.mtimeMs,
      () => 0,
    );
    return now - beat < SILENT_MS ? holder : null;
  }
  if (!isRunning(holder.pid)) return null;
  // A restarted container gets the same process ids again, so the number alone proves nothing.
  const same = holder.start === '' ? holder.pid !== process.pid : processStart(holder.pid) === holder.start;
  return same ? holder : null;
}

function held(path: string, own: string, now: () => Millis): DirectoryLock {
  const beat = setInterval(() => {
    const at = now() / SECOND;
    utimes(path, at, at).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      if ((await readFile(path, 'utf8').catch(() => '')) === own) await rm(path, { force: true });
    },
  };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    const message = `the lock ${to} cannot be made, which needs a file system with hard links: ${messageOf(error)}`;
    throw new AppError('precondition', message, { cause: error });
  }
}

/**
 * Deletes a lock that was found stale, one process at a time and only while it is still that one: two who found it stale must not
 * delete the lock that a third has made meanwhile.
 */
async function removeStale(path: string, text: string, now: Millis): Promise<void> {
  const turn = `${path}.turn`;
  if (!(await taken(turn, now))) return sleep(WAIT_MS);
  try {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) await rm(path, { force: true });
  } finally {
    await rmdir(turn).catch(() => undefined);
  }
}

/** Whether it is this process's turn; one that died in its turn, which takes milliseconds, is passed over. */
async function taken(turn: string, now: Millis): Promise<boolean> {
  try {
    await mkdir(turn);
    return true;
  } catch {
    const since = await stat(turn).then(
      (found) => found.mtimeMs,
      () => now,
    );
    if (now - since > SILENT_MS) await rmdir(turn).catch(() => undefined);
    return false;
  }
}

function refusal(path: string, holder: Holder): AppError {
  const where = holder.host === hostname() ? '' : ` on ${holder.host}`;
  const message = `the data directory is in use by the Headwater process ${holder.pid}${where}: stop it, or choose another --data-dir`;
  return new AppError('conflict', message, { details: { pid: holder.pid, host: holder.host, lock: path } });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
