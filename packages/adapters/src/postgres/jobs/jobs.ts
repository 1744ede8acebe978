import type { JobAdmin, JobSender } from '@headwater/engine/ports/jobs.ts';
import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { PgBoss } from 'pg-boss';
import type { Database } from '../schema.ts';
import { jobAdmin } from './admin.ts';
import { openBoss } from './queues.ts';
import { jobSender } from './sender.ts';

export interface Jobs {
  readonly admin: JobAdmin;
  /** Sends through the given connection or transaction; what `createStore` wants. */
  readonly sender: (db: Kysely<Database>) => JobSender;
  /** Stops the little this needs in the background; sends nothing afterwards. */
  close(): Promise<void>;
}

/** Sending and looking at jobs over a pool that is there anyway; nothing is started before the first use. */
export function createJobs(pool: Pool, onError: (error: unknown) => void): Jobs {
  const boss = openBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    superviseIntervalSeconds: 3600,
    flowIntervalSeconds: 3600,
  });
  boss.on('error', onError);
  let started: Promise<PgBoss> | undefined;
  const start = () => {
    started ??= boss.start().catch((error: unknown) => {
      started = undefined;
      throw error;
    });
    return started;
  };
  return {
    admin: jobAdmin(start, pool),
    sender: (db) => jobSender(start, db),
    close: () => boss.stop({ graceful: false }),
  };
}
