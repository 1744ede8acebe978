import { Worker } from 'node:worker_threads';
import type { AnalyzeRequest, AnalyzeResponse } from '@headwater/contracts/http/agent.ts';
import { AppError } from '@headwater/core/errors.ts';
import { SECOND } from '@headwater/core/time.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { Metrics } from '@headwater/engine/ports/metrics.ts';
import type { Reading } from '../observability/metrics.ts';
import {
  type FromWorker,
  type Question,
  type Questions,
  toldError,
  type ToWorker,
  type WorkerData,
} from './protocol.ts';

export interface WorkerOptions {
  /** The file the thread runs; `wiring/worker.ts`. */
  readonly entry: URL;
  readonly data: WorkerData;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The worker thread as the main thread sees it: the same one for callers, however often it is started again. */
export interface WorkerThread {
  /** Resolves when the thread has started for the first time. */
  readonly started: Promise<void>;
  analyze(request: AnalyzeRequest, cluster: string, timeoutMs: number): Promise<AnalyzeResponse>;
  /** What the thread has measured; nothing while it is being started again. */
  readMetrics(): Promise<Reading>;
  /** Lets jobs end within the grace, hands back the rest, and ends the thread. */
  stop(graceMilliseconds: number): Promise<void>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30 * SECOND;
/** A thread that ran this long was sound: the next end counts from the start again. */
const SOUND_AFTER_MS = 60 * SECOND;
/** Beyond the grace, for closing connections and watches. */
const CLOSING_MS = 5 * SECOND;
const METRICS_WITHIN_MS = 2 * SECOND;

/** A bigger nursery would only hold more garbage while the server is quiet. */
const LIMITS = { maxYoungGenerationSizeMb: 16 };

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** Runs the worker role in a thread of its own, and again when it ends by itself. */
export function startWorker({ entry, data, log, metrics }: WorkerOptions): WorkerThread {
  const pending = new Map<number, Pending>();
  const started = Promise.withResolvers<void>();
  let stopping = false;
  let ids = 0;
  let failures = 0;
  let thread: Worker;
  let restart: NodeJS.Timeout | undefined;
  let ended = Promise.withResolvers<void>();

  function start(): void {
    ended = Promise.withResolvers<void>();
    const sound = setTimeout(() => (failures = 0), SOUND_AFTER_MS);
    sound.unref();
    thread = new Worker(entry, { workerData: data, name: 'worker', resourceLimits: LIMITS });
    thread.on('message', receive);
    thread.on('error', (error) => log.error({ error }, 'the worker thread failed'));
    thread.on('exit', (code) => {
      clearTimeout(sound);
      for (const { reject } of pending.values()) reject(away());
      pending.clear();
      ended.resolve();
      if (stopping) return;
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS);
      log.error({ code, restartInMs: pause }, 'the worker thread ended by itself and is started again');
      metrics.count('headwater_worker_restarts_total', {});
      restart = setTimeout(start, pause);
    });
  }

  function receive(message: FromWorker): void {
    if (message.type === 'started') return started.resolve();
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if (message.type === 'answer') waiting?.resolve(message.value);
    else waiting?.reject(toldError(message.error));
  }

  function ask<Name extends Question>(type: Name, question: Questions[Name], timeoutMs: number): Promise<unknown> {
    if (stopping) return Promise.reject(away());
    const id = ++ids;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    pending.set(id, { resolve, reject });
    const timer = setTimeout(() => {
      pending.delete(id);
      post({ type: 'cancel', id });
      reject(new AppError('unavailable', `no answer within ${Math.round(timeoutMs / SECOND)} s`));
    }, timeoutMs);
    post({ type, id, data: question } as ToWorker);
    return promise.finally(() => clearTimeout(timer));
  }

  // A thread that is just ending takes no message; its exit answers whoever waits.
  function post(message: ToWorker): void {
    thread.postMessage(message, []);
  }

  start();
  return {
    started: started.promise,
    // The thread makes what it sends from the schemas of these very types.
    analyze: (request, cluster, timeoutMs) =>
      ask('analyze', { request, cluster }, timeoutMs) as Promise<AnalyzeResponse>,
    readMetrics: () => ask('metrics', {}, METRICS_WITHIN_MS).catch(() => []) as Promise<Reading>,
    stop: async (grace) => {
      stopping = true;
      clearTimeout(restart);
      post({ type: 'stop', graceMilliseconds: grace });
      const late = setTimeout(() => void thread.terminate(), grace + CLOSING_MS);
      await ended.promise;
      clearTimeout(late);
    },
  };
}

function away(): AppError {
  return new AppError('unavailable', 'the worker is being started again or is on its way out', {
    details: { retryAfterSeconds: 2 },
  });
}
