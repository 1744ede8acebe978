import type { Millis } from '@headwater/core/time.ts';

/** The clock of the machine, injected so that tests own the time. */
export interface Clock {
  now(): Millis;
  /** Resolves after the given milliseconds, or at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** The time inside a recording while it is replayed. */
export interface ReplayTime {
  /** Never later than the recording's own `now`. */
  now(): Millis;
  /** The recording's `now`, where the replay ends. */
  readonly end: Millis;
  /** False when the replay stands still at its end from the beginning. */
  readonly playing: boolean;
  /** Resolves when the replay reaches a time, or when the signal aborts. */
  until(time: Millis, signal: AbortSignal): Promise<void>;
}

export interface ReplaySpan {
  readonly start: Millis;
  readonly end: Millis;
  /** Recorded seconds per real second; undefined: stand still at the end. */
  readonly speed: number | undefined;
}

// Timers overflow after 24 days and then fire at once.
const LONGEST_WAIT = 3_600_000;

/** Maps the machine's clock onto a recording, from `start` to `end`, where it stops. */
export function replayTime({ start, end, speed }: ReplaySpan, clock: Clock): ReplayTime {
  if (speed === undefined || start >= end) {
    return { now: () => end, end, playing: false, until: () => Promise.resolve() };
  }
  const startedAt = clock.now();
  const now = (): Millis => Math.min(end, start + (clock.now() - startedAt) * speed);
  return {
    now,
    end,
    playing: true,
    until: async (time, signal) => {
      const target = Math.min(time, end);
      // A timer may fire a little early; without the loop a journal entry would appear before its time.
      while (now() < target && !signal.aborted) {
        const ms = (target - now()) / speed;
        await clock.wait(Math.min(Math.max(1, ms), LONGEST_WAIT), signal);
      }
    },
  };
}
