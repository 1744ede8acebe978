import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES, type Engine } from '@headwater/testkit/postgres/server.ts';
import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { restoreBackup } from './backup/restore.ts';
import { writeBackup } from './backup/write.ts';
import { connect } from './connect.ts';
import { migrate, schemaState } from './migrate.ts';
import { MIGRATIONS, type Migration } from './migrations/all.ts';
import { prepareSchema } from './prepare.ts';

const SECOND: Migration = { number: 2, name: 'second', sql: 'create table second (id int primary key)' };
const BROKEN: Migration = { number: 2, name: 'broken', sql: 'create table half (id int); select nothing_such()' };
const first = MIGRATIONS.slice(0, 1);

describe.each(ENGINES)('migrations on PostgreSQL %s', (engine) => {
  it('bring an empty database up to date, once, however many processes start together', async () => {
    const database = await openEmptyDatabase(engine);
    const { pool } = database;
    expect(await schemaState(pool)).toMatchObject({ version: 0, wanted: MIGRATIONS.length });
    const runs = await Promise.all([prepareSchema(pool), prepareSchema(pool), prepareSchema(pool)]);
    expect(runs.flat()).toHaveLength(MIGRATIONS.length);
    expect(await schemaState(pool)).toEqual({ version: MIGRATIONS.length, wanted: MIGRATIONS.length, pending: [] });
    expect(await prepareSchema(pool)).toEqual([]);
    await database.close();
  });

  it('go forward one by one; one that fails leaves nothing behind and says why', async () => {
    const database = await openEmptyDatabase(engine);
    const { pool } = database;
    await migrate(pool, first);
    await expect(migrate(pool, [...first, BROKEN])).rejects.toThrow(
      /migration 0002-broken failed, nothing of it was kept: .*nothing_such/,
    );
    expect((await pool.query(`select to_regclass('half') as half`)).rows).toEqual([{ half: null }]);
    expect(await schemaState(pool, [...first, SECOND])).toEqual({ version: 1, wanted: 2, pending: ['0002-second'] });
    expect(await migrate(pool, [...first, SECOND])).toEqual(['0002-second']);
    await database.close();
  });

  it('need no more than the database: its owner may do all of it, another user is told what is missing', async () => {
    const database = await openEmptyDatabase(engine);
    const role = `owner_${database.url.replace(/.*t_(\w+).*/, '$1')}`;
    const as = (user: string) => connect({ address: { ...socketOf(database), user } });
    await database.pool.query(`create role ${role} login; create role ${role}_other login`);
    await database.pool.query(
      `do $$ begin execute format('alter database %I owner to ${role}', current_database()); end $$`,
    );
    const other = as(`${role}_other`);
    await expect(prepareSchema(other.pool)).rejects.toMatchObject({
      code: 'precondition',
      message: expect.stringContaining('permission denied for schema public'),
    });
    await other.close();
    const owner = as(role);
    expect(await prepareSchema(owner.pool)).toHaveLength(MIGRATIONS.length);
    const secret = { name: 'signing', value: 'x', created_at: new Date(0) };
    await owner.db.insertInto('instance_secret').values(secret).execute();
    const path = join(tmpdir(), `headwater-${role}.backup`);
    await writeBackup({ pool: owner.pool, path, now: 0 });
    await owner.pool.query('delete from instance_secret');
    expect(await restoreBackup({ pool: owner.pool, path })).toMatchObject({ rows: 1 });
    await rm(path);
    await owner.close();
    await database.pool.query(`reassign owned by ${role} to current_user; drop owned by ${role}`);
    await database.pool.query(`drop role ${role}; drop role ${role}_other`);
    await database.close();
  });

  it('refuse a database that is newer than the program, or of another build', async () => {
    const database = await openEmptyDatabase(engine);
    const { pool } = database;
    await migrate(pool, [...first, SECOND]);
    await expect(migrate(pool, first)).rejects.toMatchObject({
      code: 'precondition',
      message: expect.stringContaining('the database is at version 2, this program knows 1'),
    });
    await expect(migrate(pool, [...first, { ...SECOND, sql: 'select 1' }])).rejects.toMatchObject({
      code: 'precondition',
      message: expect.stringContaining('belongs to another build of Headwater'),
    });
    await database.close();
  });
});

describe('the schema', () => {
  it('is the same on every version', async () => {
    const [newest, oldest] = await Promise.all(ENGINES.map(introspect));
    expect(Object.keys(newest?.columns ?? {}).length).toBeGreaterThan(150);
    expect(newest).toEqual(oldest);
  });

  it('is what schema.ts says: every table, column, null and default', async () => {
    const live = (await introspect('15')).columns;
    const expected = Object.fromEntries(
      Object.entries(live).map(([name, { nullable, given, kind }]) => [name, { nullable, given, kind }]),
    );
    expect(declaredColumns()).toEqual(expected);
  });
});

function socketOf({ address }: TestDatabase): { socketDirectory: string; database: string } {
  if ('url' in address) throw new Error('test databases are reached by their socket');
  return address;
}

interface LiveColumn {
  readonly type: string;
  readonly nullable: boolean;
  /** Whether an insert may leave it out. */
  readonly given: boolean;
  readonly kind: string;
}

async function introspect(engine: Engine): Promise<{ columns: Record<string, LiveColumn>; rules: unknown[] }> {
  const database = await openTestDatabase(engine);
  const columns = await database.pool.query(COLUMNS);
  const rules = await database.pool.query(RULES);
  await database.close();
  return {
    columns: Object.fromEntries(columns.rows.map(({ name, ...column }) => [name, column])),
    rules: rules.rows,
  };
}

const COLUMNS = `
select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
  not a.attnotnull as nullable, a.attidentity <> '' or (d.adbin is not null and a.attgenerated = '') as given,
  case when a.atttypid = 'timestamptz'::regtype then 'time' when a.atttypid = 'jsonb'::regtype then 'json'
    when a.attgenerated <> '' then 'generated' else 'plain' end as kind
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
  and c.relname <> 'schema_migration'
order by 1`;

// PostgreSQL 18 lists not-null as constraints; the columns above compare that.
const RULES = `
select conrelid::regclass::text as about, conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
union all select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'
union all select p.proname, pg_get_function_identity_arguments(p.oid), p.prosrc from pg_proc p where p.pronamespace = 'public'::regnamespace
order by 1, 2, 3`;

/** The columns as the interfaces of schema.ts declare them, read from its text: types are gone at run time. */
function declaredColumns(): Record<string, Omit<LiveColumn, 'type'>> {
  const text = readFileSync(new URL('schema.ts', import.meta.url), 'utf8');
  const tables = new Map<string, string>();
  for (const [, name = '', body = ''] of text.matchAll(/interface (\w+) \{\n(.*?)\n\}/gs)) tables.set(name, body);
  const columns: Record<string, Omit<LiveColumn, 'type'>> = {};
  for (const [, table, type = ''] of (tables.get('Database') ?? '').matchAll(/^ {2}(\w+): (\w+);/gm)) {
    for (const [, column, declared = ''] of (tables.get(type) ?? '').matchAll(/^ {2}(\w+): (.*);$/gm)) {
      columns[`${table}.${column}`] = describeType(declared);
    }
  }
  return columns;
}

function describeType(declared: string): Omit<LiveColumn, 'type'> {
  const generated = declared.startsWith('Computed');
  const kind = /^(Nullable)?Timestamp/.test(declared) ? 'time' : /^(Nullable)?Json/.test(declared) ? 'json' : 'plain';
  return {
    // PostgreSQL calls a computed column nullable even where it never is null.
    nullable: generated || /^Nullable|\bnull\b/.test(declared),
    given: /^(WithDefault|Generated|JsonWithDefault|TimestampWithDefault)/.test(declared),
    kind: generated ? 'generated' : kind,
  };
}

describe('an old server', () => {
  it('is refused with its version', async () => {
    const pool = {
      connect: async () => ({
        query: async () => ({ rows: [{ number: 140_012, version: '14.12' }] }),
        release: () => undefined,
      }),
    };
    await expect(migrate(pool as unknown as Pool)).rejects.toMatchObject({
      code: 'precondition',
      message: 'the server is PostgreSQL 14.12; Headwater needs 15 or newer',
    });
  });

  it('that cannot be reached is unavailable', async () => {
    const { pool, close } = connect({ address: { url: 'postgres://nobody@127.0.0.1:1/none' } });
    await expect(migrate(pool)).rejects.toMatchObject({ code: 'unavailable' });
    await close();
  });
});
