import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AppError } from '@headwater/core/errors.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { Pool, PoolClient } from 'pg';
import { asAppError } from '../errors.ts';
import { checksumOf, schemaState } from '../migrate.ts';
import { MIGRATIONS } from '../migrations/all.ts';
import type { BackupProgress, BackupSummary } from './format.ts';
import { type BackedUpTable, describeTable, JOB_TABLE, TABLE_NAMES, UNFINISHED_JOBS } from './tables.ts';

export interface WriteBackupOptions {
  readonly pool: Pool;
  /** A path where nothing lies yet. */
  readonly path: string;
  readonly now: Millis;
  readonly onProgress?: ((progress: BackupProgress) => void) | undefined;
}

const ROWS_AT_ONCE = 500;

/** Writes every row as one moment saw them, while the server goes on; the file appears only when it is complete. */
export async function writeBackup(options: WriteBackupOptions): Promise<BackupSummary> {
  const { pool, path } = options;
  await refuseExisting(path);
  const { version, pending } = await schemaState(pool);
  if (version === 0) throw new AppError('precondition', 'the database is empty: there is nothing to back up');
  if (pending.length > 0) {
    throw new AppError('precondition', `the schema is older than this program: run headwater db migrate first`);
  }
  const client = await pool.connect();
  const counts: Record<string, number> = {};
  const summary = { schema: version, createdAt: formatTime(options.now), counts };
  try {
    await client.query('begin isolation level repeatable read read only; set local statement_timeout = 0');
    await writeFileOnce(path, backupLines(client, { ...options, summary }));
    await client.query('commit');
    return { ...summary, rows: total(counts) };
  } catch (error) {
    throw asAppError(error);
  } finally {
    client.release(true);
  }
}

interface Running extends WriteBackupOptions {
  readonly summary: { readonly schema: number; readonly createdAt: string; readonly counts: Record<string, number> };
}

async function* backupLines(client: PoolClient, running: Running): AsyncGenerator<string> {
  const { counts, createdAt, schema } = running.summary;
  const tables = await existingTables(client);
  const server = await client.query<{ version: string }>(`select current_setting('server_version') as version`);
  const checksums = MIGRATIONS.slice(0, schema).map(checksumOf);
  const about = { createdAt, schema, checksums, server: server.rows[0]?.version ?? '', tables: tables.length };
  yield line({ format: 'headwater-backup', version: 1, ...about });
  for (const table of tables) {
    const { columns, json, name } = table;
    const count = await countRows(client, table);
    counts[name] = count;
    yield line({ table: name, columns, json, rows: count });
    yield* rowLines(client, table, (rows) => running.onProgress?.({ table: name, rows, of: count }));
  }
  yield line({ end: true, rows: total(counts) });
}

async function* rowLines(
  client: PoolClient,
  table: BackedUpTable,
  onRows: (rows: number) => void,
): AsyncGenerator<string> {
  const columns = table.columns.map((column) => selected(table, column)).join(', ');
  await client.query(
    `declare backup no scroll cursor for
       select row_to_json(line)::text as line from (select ${columns} from ${from(table)}) line`,
  );
  let rows = 0;
  for (;;) {
    const batch = await client.query<{ line: string }>(`fetch ${ROWS_AT_ONCE} from backup`);
    if (batch.rows.length === 0) break;
    yield batch.rows.map((row) => `${row.line}\n`).join('');
    rows += batch.rows.length;
    onRows(rows);
  }
  await client.query('close backup');
}

// Nobody runs a restored job, so the one that was running waits for its next attempt.
function selected(table: BackedUpTable, column: string): string {
  if (table.json.includes(column)) return `${column}::text as ${column}`;
  if (table.name !== JOB_TABLE || column !== 'state') return column;
  return `case when state = 'active' then 'retry' else state end as state`;
}

function from(table: BackedUpTable): string {
  return table.name === JOB_TABLE ? `${table.name} where ${UNFINISHED_JOBS}` : table.name;
}

async function countRows(client: PoolClient, table: BackedUpTable): Promise<number> {
  const result = await client.query<{ count: number }>(`select count(*) as count from ${from(table)}`);
  return result.rows[0]?.count ?? 0;
}

async function existingTables(client: PoolClient): Promise<BackedUpTable[]> {
  const tables: BackedUpTable[] = [];
  for (const name of [...TABLE_NAMES, JOB_TABLE]) {
    const table = await describeTable(client, name);
    if (table) tables.push(table);
  }
  return tables;
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function refuseExisting(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found) throw new AppError('conflict', `${path} exists already: choose another name or move it away`);
}

async function writeFileOnce(path: string, lines: AsyncGenerator<string>): Promise<void> {
  const part = `${path}.part`;
  // Private: it holds password hashes and what the cluster said. Flushed, because the rename says it is complete.
  const file = createWriteStream(part, { mode: 0o600, flush: true });
  try {
    await pipeline(Readable.from(lines), createGzip({ level: 4 }), file);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    if (isPathError(error))
      throw new AppError('invalid', `${path} cannot be written: ${error.message}`, { cause: error });
    throw error;
  }
}

function isPathError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'path' in error;
}
