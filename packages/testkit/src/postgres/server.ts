import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@headwater/adapters/postgres/connect.ts';
import { type Account, accountFor } from '@headwater/adapters/postgres/embedded/account.ts';
import { installBinaries } from '@headwater/adapters/postgres/embedded/binaries.ts';
import { processStart } from '@headwater/adapters/postgres/embedded/processes.ts';
import { findPackage } from '@headwater/adapters/postgres/embedded/package.ts';
import { prepareSchema } from '@headwater/adapters/postgres/prepare.ts';

/** The oldest PostgreSQL we promise to work on, and the one we bring along. */
export const ENGINES = ['18', '15'] as const;

export type Engine = (typeof ENGINES)[number];

export const TEMPLATE = 'headwater_template';
export const TEST_USER = 'headwater';

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
const READY_WITHIN_MS = 55_000;

/** The socket directory of this process's server of that version, started by the first to ask; it ends with the process. */
export async function testServer(engine: Engine): Promise<string> {
  // Threads share it; a later process with the same id does not.
  const folder = join(
    tmpdir(),
    `headwater-test-${process.pid}-${processStart(process.pid)?.replace(/\W/g, '')}-${engine}`,
  );
  const ready = join(folder, 'ready');
  // The directory is the lock between the threads of the test runner.
  if (await createDirectory(folder)) {
    await startServer(engine, folder);
    await writeFile(`${ready}.new`, '');
    await rename(`${ready}.new`, ready);
    return folder;
  }
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!existsSync(ready)) {
    if (Date.now() > deadline) throw new Error(`PostgreSQL ${engine} for the tests did not start; see ${folder}/log`);
    await sleep(20);
  }
  return folder;
}

async function startServer(engine: Engine, folder: string): Promise<void> {
  const { initdb, postgres } = await binariesOf(engine);
  const account = accountFor(undefined);
  if (account) await chown(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const arguments_ = [
    '-D',
    data,
    '-U',
    TEST_USER,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ];
  const made = spawnSync(initdb, arguments_, { ...runAs(account), cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb of PostgreSQL ${engine} failed: ${made.stderr}${made.error ?? ''}`);
  await watchdog(postgres, folder, account);
  await untilReady(engine, folder);
  const { pool, close } = connect({ address: { socketDirectory: folder, user: TEST_USER, database: 'postgres' } });
  await pool.query(`create database ${TEMPLATE}`);
  await close();
  const template = connect({ address: { socketDirectory: folder, user: TEST_USER, database: TEMPLATE } });
  await prepareSchema(template.pool);
  await template.close();
}

async function createDirectory(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch {
    return false;
  }
}

async function binariesOf(engine: Engine): Promise<{ initdb: string; postgres: string }> {
  if (engine === '18') {
    const cache = join(tmpdir(), `headwater-test-postgres-${process.getuid?.() ?? 0}`);
    return installBinaries(findPackage(process.platform, process.arch), cache);
  }
  const folder = process.env['HEADWATER_TEST_POSTGRES_15'] ?? DEBIAN_15;
  if (existsSync(join(folder, 'postgres')))
    return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  throw new Error(
    `PostgreSQL 15 is not in ${folder}: apt-get install postgresql-15, or set HEADWATER_TEST_POSTGRES_15 to its bin folder`,
  );
}

// Tests lose nothing when the machine loses power, so the server may skip every flush.
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_connections=120',
  'listen_addresses=',
  'autovacuum=off',
];

/** Starts the server under a shell that stops it and removes its files when this process is gone, however it went. */
async function watchdog(postgres: string, folder: string, account: Account | undefined): Promise<void> {
  const settings = SETTINGS.map((setting) => `-c '${setting}'`).join(' ');
  const script = `'${postgres}' -D data -k '${folder}' ${settings} >log 2>&1 &
child=$!
while ps -p ${process.pid} >/dev/null && kill -0 $child 2>/dev/null; do sleep 0.5; done
kill -QUIT $child 2>/dev/null; wait $child; cd /; rm -rf '${folder}'/* ; rmdir '${folder}'`;
  const child = spawn('/bin/sh', ['-c', script], { ...runAs(account), cwd: folder, detached: true, stdio: 'ignore' });
  child.unref();
}

async function untilReady(engine: Engine, folder: string): Promise<void> {
  const address = { socketDirectory: folder, user: TEST_USER, database: 'postgres' };
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const { pool, close } = connect({ address });
    const answered = await pool.query('select 1').then(
      () => true,
      () => false,
    );
    await close();
    if (answered) return;
    if (Date.now() > deadline) throw new Error(`PostgreSQL ${engine} for the tests did not start; see ${folder}/log`);
    await sleep(20);
  }
}

function runAs(account: Account | undefined): { uid?: number; gid?: number; env: NodeJS.ProcessEnv } {
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  return account ? { uid: account.uid, gid: account.gid, env } : { env };
}
