import { AppError } from '@headwater/core/errors.ts';
import type { Pool, PoolClient } from 'pg';
import type { z } from 'zod';
import { asAppError } from '../errors.ts';
import { checksumOf, migrate, schemaState } from '../migrate.ts';
import { MIGRATIONS, type Migration } from '../migrations/all.ts';
import { prepareSchema } from '../prepare.ts';
import { BackupEnd, BackupHeader, type BackupProgress, type BackupSummary, TableHeader } from './format.ts';
import { readLines } from './lines.ts';
import { JOB_TABLE, TABLE_NAMES, describeTable } from './tables.ts';

export interface RestoreOptions {
  readonly pool: Pool;
  readonly path: string;
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined;
}

const ROWS_AT_ONCE = 500;
const BYTES_AT_ONCE = 4 << 20;

/** Fills an empty database from a backup, all of it or nothing, and brings its schema to this program's version. */
export async function restoreBackup({ pool, path, onProgress }: RestoreOptions): Promise<BackupSummary> {
  const lines = readLines(path);
  const header = parseLine(BackupHeader, await lines.next(), `${path} is no backup of Headwater`);
  const migrations = migrationsOf(header);
  await refuseFilled(pool);
  // The rows fit the schema of their time; the newer migrations then treat them as they treat a running database.
  await migrate(pool, migrations);
  if (migrations.length === MIGRATIONS.length) await prepareSchema(pool);
  const client = await pool.connect();
  const counts: Record<string, number> = {};
  try {
    await client.query('begin; set local statement_timeout = 0');
    await loadTables(client, { lines, path, counts, onProgress });
    await client.query('commit');
  } catch (error) {
    throw asAppError(error);
  } finally {
    await lines.return(undefined);
    client.release(true);
  }
  await prepareSchema(pool);
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { schema: header.schema, createdAt: header.createdAt, rows, counts };
}

interface Loading {
  readonly lines: AsyncGenerator<string>;
  readonly path: string;
  readonly counts: Record<string, number>;
  readonly onProgress: ((progress: BackupProgress) => void) | undefined;
}

async function loadTables(client: PoolClient, loading: Loading): Promise<void> {
  const references = await dropReferences(client);
  for (;;) {
    const text = await loading.lines.next();
    if (text.done) throw cutOff(loading.path);
    if (BackupEnd.safeParse(asJson(text.value)).success) break;
    const table = parseLine(TableHeader, text, `${loading.path} is damaged`);
    await loadTable(client, table, loading);
  }
  // Made again, each checks every row it is about.
  for (const statement of references) await client.query(statement);
}

async function loadTable(client: PoolClient, header: TableHeader, loading: Loading): Promise<void> {
  const { lines, path, counts, onProgress } = loading;
  const known = await describeTable(client, header.table);
  const named = header.table === JOB_TABLE || TABLE_NAMES.includes(header.table);
  const fits = known && header.columns.every((column) => known.columns.includes(column));
  if (!named || !fits || !header.json.every((column) => known.json.includes(column))) {
    // Jobs may come from another version of the queue; what they were to do is found again by the sweeps.
    if (header.table === JOB_TABLE) return skip(header, loading);
    throw new AppError('invalid', `${path} holds the table ${header.table}, which does not fit this database`);
  }
  let batch: string[] = [];
  let bytes = 0;
  for (let row = 1; row <= header.rows; row++) {
    const text = await lines.next();
    if (text.done) throw cutOff(path);
    batch.push(text.value);
    bytes += text.value.length;
    if (batch.length < ROWS_AT_ONCE && bytes < BYTES_AT_ONCE && row < header.rows) continue;
    await insertRows(client, header, batch);
    onProgress?.({ table: header.table, rows: row, of: header.rows });
    batch = [];
    bytes = 0;
  }
  counts[header.table] = header.rows;
  await continueIdentity(client, header.table);
}

async function skip(header: TableHeader, { lines, path }: Loading): Promise<void> {
  for (let row = 0; row < header.rows; row++) {
    if ((await lines.next()).done) throw cutOff(path);
  }
}

async function insertRows(client: PoolClient, header: TableHeader, rows: readonly string[]): Promise<void> {
  const { table, columns } = header;
  const names = columns.join(', ');
  const values = columns.map((column) => (header.json.includes(column) ? `(${column} #>> '{}')::jsonb` : column));
  // A running job and its waiting retry become twins in a backup; one of them is enough.
  const twins = table === JOB_TABLE ? 'on conflict do nothing' : '';
  await client.query(
    `insert into ${table} (${names}) overriding system value
       select ${values.join(', ')} from json_populate_recordset(null::${table}, $1::json) ${twins}`,
    [`[${rows.join(',')}]`],
  );
}

async function continueIdentity(client: PoolClient, table: string): Promise<void> {
  const columns = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute where attrelid = to_regclass($1) and attidentity <> ''`,
    [table],
  );
  for (const { name } of columns.rows) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), max(${name})) from ${table} having max(${name}) is not null`,
      [table, name],
    );
  }
}

/** Takes away the references between our tables, so that rows can come in any order; returns how to make them again. */
async function dropReferences(client: PoolClient): Promise<string[]> {
  const found = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
       from pg_constraint where contype = 'f' and conrelid::regclass::text = any($1)`,
    [TABLE_NAMES],
  );
  for (const { name, table } of found.rows) await client.query(`alter table ${table} drop constraint ${name}`);
  return found.rows.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`);
}

function migrationsOf(header: BackupHeader): readonly Migration[] {
  if (header.schema > MIGRATIONS.length) {
    throw new AppError(
      'precondition',
      `the backup has schema version ${header.schema}, this program knows ${MIGRATIONS.length}: restore it with the newer Headwater`,
    );
  }
  const migrations = MIGRATIONS.slice(0, header.schema);
  if (migrations.some((migration, index) => checksumOf(migration) !== header.checksums[index])) {
    throw new AppError('precondition', 'the backup was made by another build of Headwater, whose schema differs');
  }
  return migrations;
}

async function refuseFilled(pool: Pool): Promise<void> {
  const { version } = await schemaState(pool);
  if (version === 0) return;
  for (const table of TABLE_NAMES) {
    const result = await pool.query(`select 1 from ${table} limit 1`).catch(() => undefined);
    if (result?.rowCount) {
      throw new AppError(
        'conflict',
        `the database is not empty (there are rows in ${table}): restore into an empty database or --data-dir`,
      );
    }
  }
}

function parseLine<T>(schema: z.ZodType<T>, text: IteratorResult<string>, otherwise: string): T {
  const parsed = schema.safeParse(text.done ? undefined : asJson(text.value));
  if (!parsed.success) throw new AppError('invalid', otherwise);
  return parsed.data;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function cutOff(path: string): AppError {
  return new AppError('invalid', `${path} is cut off: its end is missing, and nothing of it was restored`);
}
