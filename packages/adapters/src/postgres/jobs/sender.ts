import { AppError } from '@headwater/core/errors.ts';
import type { Millis } from '@headwater/core/time.ts';
import { JOB_QUEUES, type JobName, type JobSender } from '@headwater/engine/ports/jobs.ts';
import { CompiledQuery, type Kysely } from 'kysely';
import type { Db, JobInsert, PgBoss } from 'pg-boss';
import type { Database } from '../schema.ts';
import { json } from '../values.ts';

interface Wanted {
  readonly data: unknown;
  readonly key?: string;
  readonly startAfter?: Millis;
}

interface Batch {
  readonly boss: PgBoss;
  readonly db: Db;
  readonly name: JobName;
}

const ATTEMPTS = 5;

/** Sends jobs through a connection or a transaction: they exist when it commits. */
export function jobSender(start: () => Promise<PgBoss>, db: Kysely<Database>): JobSender {
  const through: Db = {
    executeSql: async (text, values) => {
      const result = await db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, values));
      return { rows: [...result.rows] };
    },
  };
  return {
    send: async (name, data, options) => {
      return (await sendBatch({ boss: await start(), db: through, name }, [{ data, ...options }])) > 0;
    },
    sendMany: async (name, jobs) => {
      await sendBatch({ boss: await start(), db: through, name }, jobs);
    },
  };
}

async function sendBatch(batch: Batch, wanted: readonly Wanted[]): Promise<number> {
  if (wanted.length === 0) return 0;
  const { keyed } = JOB_QUEUES[batch.name];
  if (!keyed) return (await insert(batch, wanted)).length;
  const byKey = new Map<string, Wanted>();
  for (const job of wanted) {
    if (job.key === undefined) throw new AppError('internal', `a job of the queue ${batch.name} needs a key`);
    const other = byKey.get(job.key);
    if (!other || startOf(job) < startOf(other)) byKey.set(job.key, job);
  }
  return sendKeyed(batch, byKey);
}

/**
 * Adds one job per key, or keeps the one that waits. The waiting one is locked until the caller commits: a worker that
 * took it now would not see what the caller is about to commit, and no job would be left to look again.
 */
async function sendKeyed(batch: Batch, byKey: Map<string, Wanted>): Promise<number> {
  let added = 0;
  let missing = [...byKey.keys()].sort();
  for (let attempt = 0; missing.length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new AppError('unavailable', `the queue ${batch.name} is too busy`);
    const ids = await insert(
      batch,
      missing.map((key) => byKey.get(key)).filter((job) => job !== undefined),
    );
    added += ids.length;
    // Without a transaction a worker may have taken what was just added: it waits no more, and must not be added again.
    const fresh = new Set(await keysOf(batch, ids));
    missing = missing.filter((key) => !fresh.has(key));
    const waiting = missing.length === 0 ? [] : await lockWaiting(batch, missing);
    for (const row of waiting) {
      const job = byKey.get(row.key);
      if (job && startOf(job) < row.start) await bringForward(batch, row.id, startOf(job));
    }
    const held = new Set(waiting.map((row) => row.key));
    missing = missing.filter((key) => !held.has(key));
  }
  return added;
}

async function insert({ boss, db, name }: Batch, wanted: readonly Wanted[]): Promise<readonly string[]> {
  const jobs: JobInsert[] = wanted.map(({ data, key, startAfter }) => ({
    // Through our own writer, which replaces what jsonb cannot hold.
    data: JSON.parse(json(data)) as object,
    ...(key === undefined ? {} : { singletonKey: key, group: { id: key } }),
    ...(startAfter === undefined ? {} : { startAfter: new Date(startAfter) }),
  }));
  return (await boss.insert(name, jobs, { db, returnId: true })) ?? [];
}

async function keysOf({ db, name }: Batch, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await db.executeSql(
    'select singleton_key as key from pgboss.job where name = $1 and id = any($2::uuid[])',
    [name, ids],
  );
  return rows.map(({ key }) => String(key));
}

interface WaitingJob {
  readonly id: string;
  readonly key: string;
  readonly start: Millis;
}

async function lockWaiting({ db, name }: Batch, keys: readonly string[]): Promise<WaitingJob[]> {
  const { rows } = await db.executeSql(
    `select id::text, singleton_key as key, (extract(epoch from start_after) * 1000)::float8 as start
       from pgboss.job where name = $1 and state = 'created' and singleton_key = any($2)
      order by singleton_key for share`,
    [name, keys],
  );
  return rows as WaitingJob[];
}

async function bringForward({ db, name }: Batch, id: string, start: Millis): Promise<void> {
  const at = start === 0 ? 'now()' : '$3::timestamptz';
  const values = [name, id, ...(start === 0 ? [] : [new Date(start)])];
  await db.executeSql(
    `update pgboss.job set start_after = ${at} where name = $1 and id = $2::uuid and state = 'created' and start_after > ${at}`,
    values,
  );
}

// Zero means at once: earlier than any moment a waiting job can have, and never written as a date.
function startOf(job: Wanted): Millis {
  return job.startAfter ?? 0;
}
