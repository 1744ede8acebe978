import { createHash } from 'node:crypto';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import type { Pool, PoolClient } from 'pg';
import { asAppError } from './errors.ts';
import { MIGRATIONS, type Migration } from './migrations/all.ts';

export interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

export interface SchemaState {
  /** The version of the database; 0 when it is empty. */
  readonly version: number;
  /** The version this program wants. */
  readonly wanted: number;
  readonly pending: readonly string[];
}

// Any constant both sides know; other locks of ours stand beside it in the 7200s.
const MIGRATION_LOCK = 7200;
const OLDEST_SERVER = 150_000;

const LEDGER = `create table if not exists schema_migration (
  number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`;

/** Brings the schema to this program's version, one process at a time; returns the names it applied. */
export async function migrate(pool: Pool, migrations: readonly Migration[] = MIGRATIONS): Promise<string[]> {
  const client = await pool.connect().catch(rethrow);
  try {
    await client.query('set statement_timeout = 0');
    await refuseOldServer(client);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(LEDGER);
    const applied = await readLedger(client);
    refuseForeign(applied, migrations);
    const names: string[] = [];
    for (const migration of migrations.slice(applied.length)) {
      await apply(client, migration);
      names.push(nameOf(migration));
    }
    return names;
  } catch (error) {
    throw asAppError(error);
  } finally {
    // Closing the connection drops the lock and the changed setting even when the query that failed was the unlock.
    client.release(true);
  }
}

/** What the database has and what is still to be applied; changes nothing. */
export async function schemaState(pool: Pool, migrations: readonly Migration[] = MIGRATIONS): Promise<SchemaState> {
  try {
    const exists = await pool.query<{ known: boolean }>(`select to_regclass('schema_migration') is not null as known`);
    const applied = exists.rows[0]?.known ? await readLedger(pool) : [];
    refuseForeign(applied, migrations);
    return {
      version: applied.length,
      wanted: migrations.length,
      pending: migrations.slice(applied.length).map(nameOf),
    };
  } catch (error) {
    throw asAppError(error);
  }
}

/** The checksum a migration is remembered by. */
export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

async function apply(client: PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into schema_migration (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      checksumOf(migration),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const message = `migration ${nameOf(migration)} failed, nothing of it was kept: ${messageOf(error)}`;
    throw new AppError(asAppError(error).code, message, { cause: error });
  }
}

async function readLedger(client: Pool | PoolClient): Promise<AppliedMigration[]> {
  const result = await client.query<AppliedMigration>(
    'select number, name, checksum from schema_migration order by number',
  );
  return result.rows;
}

function refuseForeign(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  for (const [index, row] of applied.entries()) {
    const own = migrations[index];
    if (own === undefined) {
      const message = `the database is at version ${applied.length}, this program knows ${migrations.length}: start the newer Headwater, or restore a backup made before the upgrade`;
      throw new AppError('precondition', message, { details: { found: applied.length, known: migrations.length } });
    }
    if (row.number !== own.number || row.checksum !== checksumOf(own)) {
      const message = `migration ${nameOf(row)} of the database is not the one of this program (${nameOf(own)}): the database belongs to another build of Headwater`;
      throw new AppError('precondition', message, { details: { migration: row.number } });
    }
  }
}

async function refuseOldServer(client: PoolClient): Promise<void> {
  const result = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version`,
  );
  const server = result.rows[0];
  if (server && server.number < OLDEST_SERVER) {
    throw new AppError('precondition', `the server is PostgreSQL ${server.version}; Headwater needs 15 or newer`);
  }
}

function nameOf(migration: { readonly number: number; readonly name: string }): string {
  return `${String(migration.number).padStart(4, '0')}-${migration.name}`;
}

function rethrow(error: unknown): never {
  throw asAppError(error);
}
