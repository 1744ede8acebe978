import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '@headwater/testkit/postgres/database.ts';
import type { JournalDraft } from '@headwater/engine/ports/store/journal.ts';
import type { Engine } from '@headwater/testkit/postgres/server.ts';
import { jsonValue, sample, string } from 'fast-check';
import { sql } from 'kysely';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { transactionWithRetries } from '../store.ts';
import { json } from '../values.ts';
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
  await store.transaction((tx) => tx.journal.append('c', [VERSION]));
}

// Bodies of the journal are bytes.
const VERSION: JournalDraft = {
  kind: 'ConfigMap',
  apiGroup: '',
  namespace: 'shop',
  name: 'app',
  uid: 'u',
  resourceVersion: '1',
  content: 'h',
  deleted: false,
  act: 'changed',
  at: NOW,
  noEarlierThan: null,
  observedAt: NOW,
  writer: { manager: AWKWARD, time: '2026-11-21T13:00:00Z' },
  actor: AWKWARD,
  byHand: true,
  diff: [{ path: 'data.a', before: AWKWARD }],
  previous: null,
  body: JSON.stringify({ data: AWKWARD }),
};

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
    expect((await target.store.journal.bodies(['h'])).get('h')).toBe(VERSION.body);
    const jobs = await target.pool.query('select singleton_key as key, state::text from pgboss.job order by 1');
    expect(jobs.rows).toEqual([
      { key: 'inc_1', state: 'created' },
      { key: 'inc_2', state: 'retry' },
    ]);
  });

  it('holds one moment, however much is written while it is made', async () => {
    const source = await filled('18');
    const { db, pool } = source;
    await pool.query('truncate event; truncate comment');
    const stop = new AbortController();
    // Each transaction adds one row to both tables, so that any moment has as many in one as in the other.
    const writing = (async () => {
      for (let number = 0; !stop.signal.aborted; number++) {
        await transactionWithRetries({ db, random: Math.random }, async (tx) => {
          await sql`insert into comment (id, target_kind, target_id, author_id, author_name, body, created_at)
            values (${`cmt_${number}`}, 'incident', 'inc_1', 'u', 'u', ${'x'.repeat(500)}, now())`.execute(tx);
          await sql`insert into event (at, kind, actor, payload) values (now(), 'incident.commented', 'u', '{}')`.execute(
            tx,
          );
        });
      }
    })();
    for (const file of ['first', 'second']) {
      await expect
        .poll(async () => Number((await pool.query('select count(*) from event')).rows[0]?.count))
        .toBeGreaterThan(20);
      const path = join(folder, `${file}-while-writing.backup`);
      const { counts } = await writeBackup({ pool, path, now: NOW });
      expect(counts['event']).toBeGreaterThan(20);
      expect(counts['comment']).toBe(counts['event']);
    }
    stop.abort();
    await writing;
    const target = await empty('15');
    const { counts } = await restoreBackup({ pool: target.pool, path: join(folder, 'second-while-writing.backup') });
    expect(counts['comment']).toBe(counts['event']);
  });

  it('keeps every text and every JSON as it was', async () => {
    const source = await openTestDatabase('18');
    open.push(source);
    const texts = sample(string({ unit: 'binary', maxLength: 40 }), { numRuns: 150, seed: 3 }).map((text) =>
      text.replaceAll('\u0000', '').toWellFormed(),
    );
    const values = sample(jsonValue({ stringUnit: 'grapheme' }), { numRuns: 150, seed: 5 });
    for (const [number, body] of texts.entries()) {
      await source.pool.query(
        `insert into comment (id, target_kind, target_id, author_id, author_name, body, created_at)
         values ($1, 'incident', 'i', 'u', $2, $2, to_timestamp($3::float8))`,
        [`cmt_${number}`, body, number * 1_234_567.891011],
      );
    }
    for (const value of values) {
      await source.pool.query(`insert into event (at, kind, actor, payload) values (now(), 'k', 's', $1)`, [
        json(value),
      ]);
    }
    const path = join(folder, 'texts.backup');
    await writeBackup({ pool: source.pool, path, now: NOW });
    const target = await empty('15');
    await restoreBackup({ pool: target.pool, path });
    expect(await contents(target.pool)).toEqual(await contents(source.pool));
  });

  it('of an empty or an older database is not made', async () => {
    const { pool } = await empty('18');
    const path = join(folder, 'nothing.backup');
    await expect(writeBackup({ pool, path, now: NOW })).rejects.toMatchObject({
      code: 'precondition',
      message: 'the database is empty: there is nothing to back up',
    });
    await expect(writeBackup({ pool, path: '/nonexistent/x.backup', now: NOW })).rejects.toMatchObject({
      code: 'precondition',
    });
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('that cannot be written where it should says so', async () => {
    const source = await filled('18');
    const path = join(folder, 'no-such-folder', 'x.backup');
    await expect(writeBackup({ pool: source.pool, path, now: NOW })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(`${path} cannot be written: ENOENT`),
    });
  });

  it('of a newer program or another build is refused before anything is written', async () => {
    const header = {
      format: 'headwater-backup',
      version: 1,
      createdAt: '2026-11-21T13:00:00Z',
      server: '18.4',
      tables: 0,
    };
    const { pool } = await empty('18');
    const cases = [
      [{ ...header, schema: 99, checksums: [] }, /schema version 99, this program knows \d+: .*newer Headwater/],
      [{ ...header, schema: 1, checksums: ['0'] }, /another build of Headwater/],
      [{ ...header, schema: 0, checksums: [] }, /is no backup of Headwater/],
    ] as const;
    for (const [first, message] of cases) {
      const path = join(folder, 'foreign.backup');
      await writeFile(path, gzipSync(`${JSON.stringify(first)}\n{"end":true,"rows":0}\n`));
      await expect(restoreBackup({ pool, path })).rejects.toThrow(message);
    }
    expect((await pool.query(`select to_regclass('alert') as alert`)).rows).toEqual([{ alert: null }]);
  });

  it('with a table nobody knows restores nothing at all', async () => {
    const source = await filled('18');
    const path = join(folder, 'whole-for-table.backup');
    await writeBackup({ pool: source.pool, path, now: NOW });
    const lines = gunzipSync(await readFile(path))
      .toString('utf8')
      .split('\n');
    const foreign = JSON.stringify({ table: 'pg_authid', columns: ['rolname'], json: [], rows: 1 });
    lines.splice(lines.length - 2, 0, foreign, '{"rolname":"intruder"}');
    await writeFile(path, gzipSync(lines.join('\n')));
    const { pool } = await empty('18');
    await expect(restoreBackup({ pool, path })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('holds the table pg_authid, which does not fit'),
    });
    expect((await pool.query('select count(*) as count from incident')).rows).toEqual([{ count: 0 }]);
    expect((await pool.query(`select 1 from pg_constraint where conname = 'incident_merged_into_fkey'`)).rowCount).toBe(
      1,
    );
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
