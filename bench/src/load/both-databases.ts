import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DatabaseAddress } from '@headwater/adapters/postgres/connect.ts';
import { embeddedAddress } from '@headwater/adapters/postgres/embedded/supervisor.ts';
import { type Running, startExternalPostgres, startHeadwater } from './processes.ts';
import { ADMIN_PASSWORD } from './sign-in.ts';

type Work<T> = (server: Running, database: DatabaseAddress) => Promise<T>;

const settings = { HEADWATER_ADMIN_PASSWORD: ADMIN_PASSWORD };

/** Runs the work against a server on its embedded PostgreSQL, whose data is removed afterwards. */
export async function onEmbedded<T>(work: Work<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'headwater-bench-'));
  // Started as root, the database runs as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const data = join(folder, 'data');
  const server = await startHeadwater({ ...settings, HEADWATER_DATA_DIR: data });
  try {
    return await work(server, embeddedAddress(data));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same on Debian's PostgreSQL 15. */
export async function onExternal<T>(work: Work<T>): Promise<T> {
  const postgres = await startExternalPostgres();
  const server = await startHeadwater({ ...settings, HEADWATER_DATABASE_URL: postgres.url });
  try {
    return await work(server, { url: postgres.url });
  } finally {
    await server.stop();
    await postgres.stop();
  }
}

/** Says a line on standard error, where progress belongs. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export interface Runs {
  readonly runs: Readonly<Record<string, () => Promise<unknown>>>;
  /** Only the run of this name; undefined for all. */
  readonly only: string | undefined;
  /** A file for the results beside standard output. */
  readonly json: string | undefined;
}

/** Does the runs one after the other, and writes what they found behind the head. */
export async function runAndWrite(head: Readonly<Record<string, unknown>>, { runs, only, json }: Runs): Promise<void> {
  const results: Record<string, unknown> = { ...head };
  for (const [name, run] of Object.entries(runs)) {
    if (only && only !== name) continue;
    say(`== ${name}`);
    results[name] = await run();
  }
  const text = `${JSON.stringify(results, null, 2)}\n`;
  if (json) await writeFile(resolve(json), text);
  process.stdout.write(text);
}
