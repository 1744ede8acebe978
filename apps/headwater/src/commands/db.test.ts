import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../cli/exit-codes.ts';
import { run } from '../cli/run.ts';
import { captureIo } from '../cli/test-io.ts';
import { wire } from '../wiring.ts';

describe('the database from the command line', () => {
  const database = useDatabase('18');
  let folder: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-db-'));
    await chmod(folder, 0o755);
    const cache = join(tmpdir(), `headwater-test-postgres-${process.getuid?.() ?? 0}`);
    env = { HEADWATER_DATA_DIR: join(folder, 'data'), HEADWATER_CACHE_DIR: cache };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function headwater(line: string, variables: Readonly<Record<string, string>> = env) {
    const captured = captureIo({ env: variables });
    const code = await run(line.split(' '), { io: captured.io, wiring: wire });
    return { code, stdout: captured.stdout(), stderr: captured.stderr() };
  }

  const external = () => ({ HEADWATER_DATABASE_URL: database().url });

  it('is migrated, described, backed up and restored: an external one into an embedded one', async () => {
    await database().pool.query(`insert into instance_secret values ('signing', 'key', now())`);
    await database().store.jobs.send('diagnose', { incidentId: 'inc_1' }, { key: 'inc_1' });
    const file = join(folder, 'monday.backup');
    const written = await headwater(`db backup ${file}`, external());
    expect(written).toMatchObject({ code: EXIT.ok.code, stdout: `Wrote 2 rows (schema version 1) to ${file}.\n` });
    const again = await headwater(`db backup ${file}`, external());
    expect(again).toMatchObject({ code: EXIT.invalid.code, stdout: '' });
    expect(again.stderr).toContain('exists already');

    const restored = await headwater(`db restore ${file}`);
    expect(restored).toMatchObject({
      code: EXIT.ok.code,
      stdout: expect.stringMatching(/^Restored 2 rows of the backup of 2\d{3}-/),
    });
    const status = await headwater('db status -o json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      kind: 'embedded',
      place: env['HEADWATER_DATA_DIR'],
      ownerPid: null,
      serverVersion: expect.stringMatching(/^18\./),
      schema: { version: 1, wanted: 1, pending: [] },
    });
    expect((await headwater('db migrate')).stdout).toBe('The schema is up to date.\n');
    const refused = await headwater(`db restore ${file}`);
    expect(refused.code).toBe(EXIT.invalid.code);
    expect(refused.stderr).toContain('the database is not empty');
  });

  it('is described without its password', async () => {
    const url = database().url.replace('headwater@', 'headwater:hunter2@');
    const { stdout } = await headwater('db status', { HEADWATER_DATABASE_URL: url });
    expect(stdout).toContain('database  external, headwater@localhost/');
    expect(stdout).toMatch(/server {4}PostgreSQL 18\.\d+, \d/);
    expect(stdout).toContain('schema    version 1 of 1, up to date');
    expect(stdout).not.toContain('hunter2');
  });

  it('that cannot be reached is said so', async () => {
    const gone = await headwater('db status', { HEADWATER_DATABASE_URL: 'postgres://a:hunter2@127.0.0.1:1/b' });
    expect(gone.code).toBe(EXIT.unavailable.code);
    expect(gone.stderr).toContain('the database cannot be reached');
    expect(gone.stderr).not.toContain('hunter2');
  });

  it('shows its jobs and brings back dead ones', async () => {
    await database().store.jobs.send('diagnose', { incidentId: 'inc_2' }, { key: 'inc_2' });
    await database().pool.query(
      `update pgboss.job set name = 'dead', source_name = 'diagnose', source_retry_count = 5, policy = null,
         source_output = '{"message": "the cluster does not answer"}' where singleton_key = 'inc_2'`,
    );
    const list = await headwater('jobs list -o json', external());
    expect(JSON.parse(list.stdout)).toContainEqual(
      expect.objectContaining({ name: 'diagnose', waiting: 1, active: 0, dead: 1 }),
    );
    const dead = await headwater('jobs dead', external());
    expect(dead.stdout).toMatch(/diagnose +inc_2 +6 .*the cluster does not answer/);
    const [{ id }] = JSON.parse((await headwater('jobs dead -o json', external())).stdout);
    expect((await headwater(`jobs replay ${id}`, external())).stdout).toBe('Put 1 job back.\n');
    expect((await headwater('jobs dead', external())).stdout).toBe('No job failed for good.\n');
    expect((await headwater('jobs replay', external())).stderr).toContain('or give --all');
    expect((await headwater('jobs replay 1', external())).stderr).toContain('1 is no job id');
  });
});
