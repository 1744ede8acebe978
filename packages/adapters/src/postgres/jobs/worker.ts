import type { JobHandler, JobName, JobWorker } from '@headwater/engine/ports/jobs.ts';
import { JOB_QUEUES } from '@headwater/engine/ports/jobs.ts';
import type { PgBoss } from 'pg-boss';
import { connectionSettings, type DatabaseAddress } from '../connect.ts';
import { asAppError } from '../errors.ts';
import { openBoss } from './queues.ts';

export interface JobWorkerOptions {
  readonly address: DatabaseAddress;
  /** The queue met an error outside a handler, or a handler threw: the job is retried either way. */
  readonly onError: (error: unknown, queue: string | null) => void;
  /** How often to look for retries that came due and for announcements that were missed; at least 0.5. */
  readonly pollSeconds?: number;
}

const POLL_S = 1;
const MONITOR_S = 5;

/** Runs jobs over connections of its own (four, and one that listens), so that a busy API cannot starve them. */
export function createJobWorker(options: JobWorkerOptions): JobWorker {
  const handlers = new Map<JobName, JobHandler<JobName>>();
  const boss = openBoss({
    ...connectionSettings(options.address),
    application_name: 'headwater jobs',
    max: 4,
    supervise: true,
    superviseIntervalSeconds: MONITOR_S,
    monitorIntervalSeconds: MONITOR_S,
    maintenanceIntervalSeconds: 600,
    flowIntervalSeconds: 3600,
    useListenNotify: true,
  });
  boss.on('error', (error) => options.onError(error, queueOf(error)));
  return {
    register: (name, job) => {
      handlers.set(name, job as unknown as JobHandler<JobName>);
    },
    start: async () => {
      try {
        await boss.start();
        for (const [name, job] of handlers) await work(boss, name, job, options);
      } catch (error) {
        throw asAppError(error);
      }
    },
    stop: (graceMilliseconds) => boss.stop({ graceful: graceMilliseconds > 0, timeout: graceMilliseconds }),
  };
}

async function work(
  boss: PgBoss,
  name: JobName,
  { concurrency, handler }: JobHandler<JobName>,
  { onError, pollSeconds = POLL_S }: JobWorkerOptions,
): Promise<void> {
  const settings = {
    localConcurrency: concurrency,
    batchSize: 1,
    pollingIntervalSeconds: pollSeconds,
    notifyPollingIntervalSeconds: pollSeconds,
    heartbeatRefreshSeconds: 3,
    ...(JOB_QUEUES[name].keyed ? { groupConcurrency: 1 } : {}),
  };
  await boss.work<never>(name, settings, async (jobs) => {
    for (const job of jobs) {
      try {
        await handler(job.data, job.signal);
      } catch (error) {
        onError(error, name);
        throw error;
      } finally {
        lookAgain(boss, name);
      }
    }
  });
}

// A worker that ended a job otherwise sleeps out its poll although more jobs wait.
function lookAgain(boss: PgBoss, name: JobName): void {
  for (const worker of boss.getWipData()) {
    if (worker.name === name) boss.notifyWorker(worker.id);
  }
}

function queueOf(error: unknown): string | null {
  return typeof error === 'object' && error !== null && 'queue' in error ? String(error.queue) : null;
}
