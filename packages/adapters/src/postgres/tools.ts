import type { JobAdmin, QueueDepth } from '@headwater/engine/ports/jobs.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import type { Pool } from 'pg';
import type { BackupProgress, BackupSummary } from './backup/format.ts';
import { restoreBackup } from './backup/restore.ts';
import { writeBackup } from './backup/write.ts';
import { connect, type DatabaseAddress } from './connect.ts';
import { createJobs } from './jobs/jobs.ts';
import { type SchemaState, schemaState } from './migrate.ts';
import { type ReachOptions, reachDatabase } from './open.ts';
import { prepareSchema } from './prepare.ts';
import { createStore } from './store.ts';

export interface DatabaseStatus {
  readonly kind: 'embedded' | 'external';
  /** The server as a person knows it: the data directory, or host and database without the password. */
  readonly place: string;
  /** The Headwater process that runs the embedded server; null when it was started for this command, or external. */
  readonly ownerPid: number | null;
  readonly serverVersion: string;
  readonly bytes: number;
  readonly schema: SchemaState;
  /** Estimates of the server's statistics, largest first. */
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  /** Empty before the first migration. */
  readonly queues: readonly QueueDepth[];
}

/** What a person at the command line does with a database, whether a server runs on it or not. */
export interface DatabaseTools {
  status(): Promise<DatabaseStatus>;
  /** Returns the names of the migrations it applied. */
  migrate(): Promise<readonly string[]>;
  backup(path: string, onProgress?: (progress: BackupProgress) => void): Promise<BackupSummary>;
  restore(path: string, onProgress?: (progress: BackupProgress) => void): Promise<BackupSummary>;
  readonly jobs: JobAdmin;
  readonly store: Store;
  close(): Promise<void>;
}

/** Reaches the database, starting the embedded one for the time of the command when nobody runs it. */
export async function openTools(options: ReachOptions): Promise<DatabaseTools> {
  const reached = await reachDatabase(options);
  const { address } = reached;
  const { pool, db, close } = connect({ address, maxConnections: 3, applicationName: 'headwater command' });
  const jobs = createJobs(pool, (error) => options.log(String(error)));
  const where = { kind: whatKind(address), place: placeOf(options), ownerPid: reached.ownerPid };
  return {
    status: async () => ({ ...where, ...(await measure(pool, jobs.admin)) }),
    migrate: () => prepareSchema(pool),
    backup: (path, onProgress) => writeBackup({ pool, path, now: options.now(), onProgress }),
    restore: (path, onProgress) => restoreBackup({ pool, path, onProgress }),
    jobs: jobs.admin,
    // One command collides with nobody often enough to spread its retries.
    store: createStore({ db, jobs: jobs.sender, random: () => 0.5 }),
    close: async () => {
      await jobs.close();
      await close();
      await reached.release();
    },
  };
}

async function measure(pool: Pool, jobs: JobAdmin): Promise<Omit<DatabaseStatus, 'kind' | 'place' | 'ownerPid'>> {
  const schema = await schemaState(pool);
  const server = await pool.query<{ version: string; bytes: number }>(
    `select current_setting('server_version') as version, pg_database_size(current_database()) as bytes`,
  );
  const tables = await pool.query<{ name: string; rows: number; bytes: number }>(
    `select relname as name, n_live_tup as rows, pg_total_relation_size(relid) as bytes
       from pg_stat_user_tables where schemaname = 'public' order by bytes desc, name`,
  );
  return {
    schema,
    serverVersion: server.rows[0]?.version ?? '',
    bytes: server.rows[0]?.bytes ?? 0,
    tables: tables.rows,
    queues: schema.version === 0 ? [] : await jobs.depths(),
  };
}

function whatKind(address: DatabaseAddress): 'embedded' | 'external' {
  return 'url' in address ? 'external' : 'embedded';
}

function placeOf({ url, dataDirectory }: ReachOptions): string {
  if (url === undefined) return dataDirectory;
  if (!URL.canParse(url)) return 'the given database URL';
  const { host, pathname, username } = new URL(url);
  return `${username === '' ? '' : `${username}@`}${host}${pathname}`;
}
