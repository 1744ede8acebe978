import { JOB_QUEUES, type JobName, type QueueSettings } from '@headwater/engine/ports/jobs.ts';
import type { Pool } from 'pg';
import { type ConstructorOptions, PgBoss, type Queue } from 'pg-boss';

/** Where jobs end that failed every attempt; nobody works it, people look at it and replay. */
export const DEAD_QUEUE = 'dead';

const NINETY_DAYS_S = 90 * 86_400;
// Ten is the queue's own minimum; with the monitor's five it bounds how long a killed process keeps a job.
const HEARTBEAT_S = 10;

/** What every instance of the queue has in common: no schedules, no background work but what `options` asks for. */
export function openBoss(options: ConstructorOptions): PgBoss {
  return new PgBoss({
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
    reindex: false,
    ...options,
  });
}

/** Brings the queue's own tables and our queues up to date; safe to repeat and to run from two processes. */
export async function prepareQueues(pool: Pool): Promise<void> {
  const boss = openBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    migrate: true,
    createSchema: true,
  });
  let failure: Error | undefined;
  boss.on('error', (error) => {
    failure ??= error;
  });
  await boss.start();
  try {
    // The dead letter queue comes first: the others refer to it.
    await prepareQueue(boss, { name: DEAD_QUEUE, policy: 'standard', retentionSeconds: NINETY_DAYS_S, retryLimit: 0 });
    for (const [name, settings] of Object.entries(JOB_QUEUES)) await prepareQueue(boss, describeQueue(name, settings));
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failure) throw failure;
}

async function prepareQueue(boss: PgBoss, queue: Queue): Promise<void> {
  const known = await boss.getQueue(queue.name);
  if (!known) return boss.createQueue(queue.name, queue);
  const { name, policy, ...rest } = queue;
  return boss.updateQueue(name, rest);
}

function describeQueue(name: string, settings: QueueSettings): Queue {
  return {
    name,
    // At most one job per key in each state; the fetch by group keeps a waiting twin from blocking the other keys.
    policy: settings.keyed ? 'stately' : 'standard',
    deadLetter: DEAD_QUEUE,
    retryLimit: 5,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 300,
    expireInSeconds: settings.expireSeconds,
    heartbeatSeconds: HEARTBEAT_S,
    deleteAfterSeconds: 86_400,
    retentionSeconds: NINETY_DAYS_S,
    notify: true,
  };
}

/** Whether a queue of the database is one of this program. */
export function isJobName(name: string): name is JobName {
  return Object.hasOwn(JOB_QUEUES, name);
}
