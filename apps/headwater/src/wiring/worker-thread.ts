// The worker thread: joins the worker role to its adapters. `worker.ts` loads it in the thread that `startWorker` starts.
import { randomFillSync } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from '@headwater/adapters/postgres/connect.ts';
import { createJobs } from '@headwater/adapters/postgres/jobs/jobs.ts';
import { createJobWorker } from '@headwater/adapters/postgres/jobs/worker.ts';
import { createStore } from '@headwater/adapters/postgres/store.ts';
import { openWake } from '@headwater/adapters/postgres/wake.ts';
import { sortableId } from '@headwater/core/sortable-id.ts';
import { notifiersOf } from './notifiers.ts';
import { giveBackWhenIdle } from '../server/give-back-when-idle.ts';
import { measureThread } from '../observability/thread-metrics.ts';
import { createLog } from '../observability/log.ts';
import { createMetrics } from '../observability/metrics.ts';
import { tracedJobs } from '../observability/traced-jobs.ts';
import { startTracing } from '../observability/start-tracing.ts';
import { tracing } from '../observability/tracing.ts';
import { wire } from '../wiring.ts';
import type { FromWorker, ToWorker, WorkerData } from '../worker/protocol.ts';
import { serveQuestions } from '../worker/serve-questions.ts';
import { giveWayToAnswers } from '../worker/thread-priority.ts';
import { startWork } from '../worker/work.ts';

const MAX_CONNECTIONS = 6;

function runThread(port: NonNullable<typeof parentPort>, data: WorkerData): void {
  giveWayToAnswers();
  const { settings, database, clusters, version } = data;
  const log = createLog({
    level: settings.server.logLevel,
    write: (line) => void process.stderr.write(line),
    base: { thread: 'worker' },
  });
  const metrics = createMetrics({ process: false });
  const stopTracing = startTracing(process.env, version);
  const connection = connect({
    address: database,
    maxConnections: MAX_CONNECTIONS,
    applicationName: 'headwater worker',
    onIdleError: (error) => log.warn({ error }, 'a database connection was lost'),
  });
  measureThread(metrics, 'worker', connection.pool);
  const sender = createJobs(connection.pool, (error) => log.warn({ error }, 'the job queue complains'));
  const wake = openWake({
    address: database,
    onLost: (error) => log.warn({ error }, 'the wake-up connection was lost'),
  });
  const work = startWork({
    settings,
    clusters,
    log,
    metrics,
    tracing,
    wake,
    wiring: wire,
    notifiers: notifiersOf(settings),
    store: createStore({ db: connection.db, random: Math.random, jobs: sender.sender }),
    jobs: tracedJobs(
      createJobWorker({
        address: database,
        onError: (error, queue) => log.error({ error, queue }, 'a job failed and is tried again'),
      }),
      { tracing },
    ),
    runtime: {
      version,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      monotonic: () => performance.now(),
    },
    env: process.env,
    now: Date.now,
    random: Math.random,
    newId: (prefix) => sortableId(prefix, Date.now(), randomFillSync(new Uint8Array(16))),
  });
  const stop = async (grace: number): Promise<void> => {
    await work.stop(grace).catch((error: unknown) => log.error({ error }, 'the worker did not stop cleanly'));
    await Promise.allSettled([wake.close(), sender.close(), connection.close(), (await stopTracing)()]);
    port.close();
  };
  const send = (message: FromWorker): void => port.postMessage(message, []);
  const receive = serveQuestions({
    work,
    log,
    send,
    stop,
    now: Date.now,
    concurrency: settings.diagnosis.concurrency,
    readMetrics: () => metrics.read(),
  });
  port.on('message', (message: ToWorker) => receive(message));
  send({ type: 'started' });
  giveBackWhenIdle();
}

if (parentPort) runThread(parentPort, workerData as WorkerData);
