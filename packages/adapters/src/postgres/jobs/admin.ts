import type { DeadJob, JobAdmin, QueueDepth } from '@headwater/engine/ports/jobs.ts';
import type { Pool } from 'pg';
import type { PgBoss } from 'pg-boss';
import { z } from 'zod';
import { asAppError } from '../errors.ts';
import { DEAD_QUEUE, isJobName } from './queues.ts';

const Depth = z.object({
  name: z.string().refine(isJobName),
  waiting: z.number(),
  active: z.number(),
  dead: z.number(),
  oldestWaitingAt: z.number().nullable(),
});

const Dead = z.object({
  id: z.string(),
  name: z.string().refine(isJobName),
  key: z.string().nullable(),
  data: z.unknown(),
  output: z.looseObject({ message: z.string().optional() }).nullable().catch(null),
  retries: z.number().nullable(),
  diedAt: z.number(),
});

const DEPTHS = `
select q.name,
  (select count(*) from pgboss.job j where j.name = q.name and j.state in ('created', 'retry')) as waiting,
  (select count(*) from pgboss.job j where j.name = q.name and j.state = 'active') as active,
  (select count(*) from pgboss.job j where j.name = $1 and j.state = 'created' and j.source_name = q.name) as dead,
  (select min(j.created_on) from pgboss.job j
    where j.name = q.name and j.state in ('created', 'retry') and j.start_after <= now()) as "oldestWaitingAt"
from pgboss.queue q where q.name <> $1 order by q.name`;

const DEAD = `
select id::text, source_name as name, singleton_key as key, data, source_output as output,
  source_retry_count as retries, created_on as "diedAt"
from pgboss.job where name = $1 and state = 'created' order by created_on desc, id limit $2`;

/** Reads the queues over our own pool. */
export function jobAdmin(start: () => Promise<PgBoss>, pool: Pool): JobAdmin {
  return {
    depths: async () =>
      (await query(pool, DEPTHS, [DEAD_QUEUE])).flatMap((row) => parsed(Depth, row)) satisfies QueueDepth[],
    dead: async (limit) =>
      (await query(pool, DEAD, [DEAD_QUEUE, limit])).flatMap((row) => parsed(Dead, row)).map(deadJob),
    replay: async (ids) => {
      const boss = await start();
      try {
        return await boss.redrive(DEAD_QUEUE, ids === 'all' ? { limit: 10_000 } : { ids: [...ids] });
      } catch (error) {
        throw asAppError(error);
      }
    },
  };
}

function deadJob({ output, retries, ...job }: z.infer<typeof Dead>): DeadJob {
  return { ...job, error: output?.message ?? 'the process that ran it went away', attempts: (retries ?? 0) + 1 };
}

// Rows of queues this program does not know belong to a newer one; they are left alone.
function parsed<T>(schema: z.ZodType<T>, row: unknown): T[] {
  const result = schema.safeParse(row);
  return result.success ? [result.data] : [];
}

async function query(pool: Pool, text: string, values: unknown[]): Promise<unknown[]> {
  try {
    return (await pool.query<Record<string, unknown>>(text, values)).rows;
  } catch (error) {
    throw asAppError(error);
  }
}
