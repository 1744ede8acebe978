import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '@headwater/core/time.ts';
import type { JobWorker } from '@headwater/engine/ports/jobs.ts';
import type { Log } from '@headwater/engine/ports/log.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10 * SECOND;

/** Starts taking jobs, again and again while the store is away; the returned `stop` ends either. */
export function startJobs(jobs: JobWorker, log: Log): { stop(graceMilliseconds: number): Promise<void> } {
  const stopping = new AbortController();
  let started = false;
  const starting = (async () => {
    for (let wait = FIRST_WAIT_MS; !stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        await jobs.start();
        started = true;
        return;
      } catch (error) {
        log.warn({ error, retryInMs: wait }, 'jobs cannot be taken yet');
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  })();
  return {
    stop: async (grace) => {
      stopping.abort();
      await starting;
      if (started) await jobs.stop(grace);
    },
  };
}
