import { setTimeout as sleep } from 'node:timers/promises';

export interface LoopOptions {
  /** Milliseconds after one run until the next begins by itself. */
  readonly every: number;
  /** True asks for the next run at once. */
  readonly run: (signal: AbortSignal) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

/** Work that is repeated, never twice at once. */
export interface Loop {
  /** Runs soon, and once more when a run is under way: it may have looked already. */
  readonly kick: () => void;
  /** Takes no new run and waits for the current one. */
  stop(): Promise<void>;
}

/** Starts a loop; its first run begins at once. */
export function startLoop({ every, run, onError }: LoopOptions): Loop {
  const stopping = new AbortController();
  let kicked = false;
  let waiting = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      kicked = false;
      let again = false;
      try {
        again = await run(stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) onError(error);
      }
      if (again || kicked) continue;
      waiting = new AbortController();
      await sleep(every, undefined, { signal: AbortSignal.any([waiting.signal, stopping.signal]) }).catch(
        () => undefined,
      );
    }
  })();
  return {
    kick: () => {
      kicked = true;
      waiting.abort();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
