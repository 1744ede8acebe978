import { AppError } from '@headwater/core/errors.ts';

/** Lets a bounded number of works run at once; the others wait their turn. */
export interface Turnstile {
  /** Throws `unavailable` when too many wait already, and when the signal ends the waiting. */
  pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Limits {
  readonly atOnce: number;
  readonly waiting: number;
}

/** An empty turnstile. */
export function turnstile({ atOnce, waiting }: Limits): Turnstile {
  let running = 0;
  const queue: (() => void)[] = [];

  function turn(signal: AbortSignal): Promise<void> {
    if (running < atOnce) {
      running++;
      return Promise.resolve();
    }
    if (queue.length >= waiting)
      throw new AppError('unavailable', `${queue.length} analyses wait already`, { details: { retryAfterSeconds: 5 } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    queue.push(resolve);
    signal.addEventListener('abort', () => {
      const place = queue.indexOf(resolve);
      if (place < 0) return;
      queue.splice(place, 1);
      reject(new AppError('unavailable', 'the caller waits no longer'));
    });
    return promise;
  }

  return {
    async pass(work, signal) {
      await turn(signal);
      try {
        return await work();
      } finally {
        // The place goes from hand to hand; only when nobody waits it becomes free.
        const next = queue.shift();
        if (next) next();
        else running--;
      }
    },
  };
}
