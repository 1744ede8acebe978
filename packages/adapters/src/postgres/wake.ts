import { setTimeout as sleep } from 'node:timers/promises';
import { WAKE_CHANNELS, type Wake, type WakeChannel } from '@headwater/engine/ports/wake.ts';
import { Client } from 'pg';
import { connectionSettings, type DatabaseAddress } from './connect.ts';

export interface WakeOptions {
  readonly address: DatabaseAddress;
  /** Told once per lost connection. */
  readonly onLost?: (error: Error) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const END_TIMEOUT_MS = 500;

/** Listens on a connection of its own for as long as the process runs, reconnecting for ever. Connects in the background. */
export function openWake({ address, onLost }: WakeOptions): Wake {
  const listeners = new Map<WakeChannel, Set<() => void>>(WAKE_CHANNELS.map((channel) => [channel, new Set()]));
  const closing = new AbortController();
  const call = (channel: WakeChannel): void => {
    for (const listener of listeners.get(channel) ?? []) listener();
  };

  /** Whether the connection was ever good. */
  async function listenOnce(): Promise<boolean> {
    const mine = new Client({ ...connectionSettings(address), application_name: 'headwater wake', keepAlive: true });
    const ended = Promise.withResolvers<void>();
    mine.on('error', (error) => {
      onLost?.(error);
      ended.resolve();
    });
    const end = (): void => ended.resolve();
    mine.on('end', end);
    closing.signal.addEventListener('abort', end);
    mine.on('notification', ({ channel }) => call(channel as WakeChannel));
    try {
      await Promise.race([mine.connect(), ended.promise]);
      if (closing.signal.aborted) return false;
      for (const channel of WAKE_CHANNELS) await mine.query(`listen ${channel}`);
      // Whatever was committed while nobody listened is told now.
      for (const channel of WAKE_CHANNELS) call(channel);
      await ended.promise;
      return true;
    } finally {
      closing.signal.removeEventListener('abort', end);
      // A client that is still connecting never answers an end.
      await Promise.race([mine.end().catch(() => undefined), sleep(END_TIMEOUT_MS)]);
    }
  }

  async function listenForEver(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!closing.signal.aborted) {
      const heard = await listenOnce().catch(() => false);
      pause = heard ? FIRST_PAUSE_MS : Math.min(2 * pause, LONGEST_PAUSE_MS);
      await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  const running = listenForEver();
  return {
    on(channel, listener) {
      listeners.get(channel)?.add(listener);
      return () => void listeners.get(channel)?.delete(listener);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
