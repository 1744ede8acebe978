import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '@headwater/testkit/postgres/database.ts';
import type { Engine } from '@headwater/testkit/postgres/server.ts';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { restoreBackup } from './restore.ts';
import { JOB_TABLE, TABLE_NAMES } from './tables.ts';
import { writeBackup } from './write.ts';

const NOW = Date.parse('2026-11-21T13:00:00Z');
let folder: string;
const open: TestDatabase[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headwater-backup-'));
});
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function filled(engine: Engine): Promise<TestDatabase> {
  const database = await openTestDatabase(engine);
  open.push(database);
  await fill(database);
  return database;
}

async function empty(engine: Engine): Promise<TestDatabase> {
  const database = await openEmptyDatabase(engine);
  open.push(database);
  return database;
}

// What breaks careless formats: line separators, quotes, backslashes, text outside the basic plane, microseconds.
const AWKWARD = 'a\u2028b\n"c" \\n \\u0041 𝄞 결제';

async function fill({ pool, store }: TestDatabase): Promise<void> {
  // The first incident refers to the second, which comes after it in every order of ids.
  for (const id of ['inc_2', 'inc_1']) {
    await pool.query(
      `insert into incident (id, cluster, namespaces, title, severity, status, started_at, created_at, updated_at, subject)
       values ($1, 'c', '{shop,"a b"}', $2, 'critical', 'open', '2026-11-21T13:00:00.123456Z', now(), now(), $3)`,
      [id, AWKWARD, JSON.stringify({ kind: 'Pod', name: AWKWARD })],
    );
  }
  await pool.query(`update incident set merged_into = 'inc_2' where id = 'inc_1'`);
  await pool.query(`insert into incident_key (incident_id, cluster, key, open) values ('inc_2', 'c', 'k', true)`);
  await pool.query(
    `insert into event (at, kind, incident_id, actor, payload)
       select now(), 'incident.changed', 'inc_1', 'system', jsonb_build_object('number', n, 'big', 12345678901234567890)
       from generate_series(1, 1200) n`,
  );
  await store.jobs.send('diagnose', { incidentId: 'inc_1' }, { key: 'inc_1' });
  await store.jobs.send('diagnose', { incidentId: 'inc_2' }, { key: 'inc_2' });
  await pool.query(`update pgboss.job set state = 'active' where singleton_key = 'inc_2'`);
}

async function contents(pool: Pool): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const table of TABLE_NAMES) {
    const result = await pool.query(`select row_to_json(t)::text as line from ${table} t order by 1`);
    all[table] = result.rows;
  }
  return all;
}

describe('a backup', () => {
  it.each([
    ['18', '15'],
    ['15', '18'],
  ] as const)('of PostgreSQL %s restores on %s as it was, with the jobs that were not done', async (from, to) => {
    const source = await filled(from);
    const path = join(folder, `from-${from}.backup`);
    const seen: string[] = [];
    const written = await writeBackup({
      pool: source.pool,
      path,
      now: NOW,
      onProgress: ({ table, rows }) => void seen.push(`${table} ${rows}`),
    });
    expect(written.counts).toMatchObject({ incident: 2, event: 1200, [JOB_TABLE]: 2 });
    expect(seen).toContain('event 1000');

    const target = await empty(to);
    const restored = await restoreBackup({ pool: target.pool, path });
    expect(restored).toEqual(written);
    expect(await contents(target.pool)).toEqual(await contents(source.pool));
    const jobs = await target.pool.query('select singleton_key as key, state::text from pgboss.job order by 1');
    expect(jobs.rows).toEqual([
      { key: 'inc_1', state: 'created' },
      { key: 'inc_2', state: 'retry' },
    ]);
  });

  it('leaves a database that goes on: the next row gets the next number, and references hold', async () => {
    const path = join(folder, 'goes-on.backup');
    await writeBackup({ pool: (await filled('18')).pool, path, now: NOW });
    const { pool } = await empty('18');
    await restoreBackup({ pool, path });
    const next = await pool.query(
      `insert into event (at, kind, actor, payload) values (now(), 'incident.changed', 'system', '{}') returning id`,
    );
    expect(next.rows).toEqual([{ id: 1201 }]);
    await expect(pool.query(`update incident set merged_into = 'inc_none' where id = 'inc_1'`)).rejects.toMatchObject({
      constraint: 'incident_merged_into_fkey',
    });
  });

  it('is not restored over rows, and not written over a file', async () => {
    const source = await filled('18');
    const path = join(folder, 'once.backup');
    await writeBackup({ pool: source.pool, path, now: NOW });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(writeBackup({ pool: source.pool, path, now: NOW })).rejects.toMatchObject({
      code: 'conflict',
      message: `${path} exists already: choose another name or move it away`,
    });
    const before = await contents(source.pool);
    await expect(restoreBackup({ pool: source.pool, path })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('the database is not empty'),
    });
    expect(await contents(source.pool)).toEqual(before);
  });

  it('that is cut off, damaged or something else restores nothing and says so', async () => {
    const path = join(folder, 'whole.backup');
    await writeBackup({ pool: (await filled('18')).pool, path, now: NOW });
    const whole = await readFile(path);
    const half = join(folder, 'half.backup');
    await writeFile(half, whole.subarray(0, whole.length - 200));
    const text = join(folder, 'notes.txt');
    await writeFile(text, 'shopping list');

    const { pool } = await empty('18');
    await expect(restoreBackup({ pool, path: half })).rejects.toMatchObject({
      code: 'invalid',
      message: `${half} is no complete backup: unexpected end of file`,
    });
    await expect(restoreBackup({ pool, path: text })).rejects.toMatchObject({ code: 'invalid' });
    await expect(restoreBackup({ pool, path: join(folder, 'none') })).rejects.toMatchObject({ code: 'not_found' });
    const rows = await pool.query('select count(*) as count from incident');
    expect(rows.rows).toEqual([{ count: 0 }]);
  });
});
