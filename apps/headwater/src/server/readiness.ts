import type { ReadinessCheck } from '@headwater/contracts/http/operations.ts';
import { messageOf } from '@headwater/core/errors.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';

/** Whether requests may come: the store answers and the process is not on its way out. Nothing else counts. */
export interface Readiness {
  check(): Promise<readonly ReadinessCheck[]>;
  /** From now on not ready, so that balancers look elsewhere while running requests end. */
  stopping(): void;
}

export interface ReadinessOptions {
  /** Rejects when the store cannot be used. */
  readonly probe: () => Promise<unknown>;
  readonly now: () => Millis;
  readonly timeoutMs?: number;
}

// Shorter than the second or more that probes wait, so that they get an answer and not a closed connection.
const PROBE_TIMEOUT_MS = 900;

export function createReadiness({ probe, now, timeoutMs = PROBE_TIMEOUT_MS }: ReadinessOptions): Readiness {
  let stopping = false;
  let lastSuccess: string | null = null;
  let lastFailure: string | null = null;

  async function store(): Promise<ReadinessCheck> {
    const failure = await within(probe(), timeoutMs).then(
      () => null,
      (error: unknown) => messageOf(error),
    );
    if (failure === null) lastSuccess = formatTime(now());
    else lastFailure = formatTime(now());
    return { name: 'store', ok: failure === null, message: failure ?? 'answers', lastSuccess, lastFailure };
  }

  return {
    async check() {
      const checks = [await store()];
      if (!stopping) return checks;
      const message = 'the process is shutting down';
      return [...checks, { name: 'process', ok: false, message, lastSuccess: null, lastFailure: formatTime(now()) }];
    },
    stopping: () => void (stopping = true),
  };
}

function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
