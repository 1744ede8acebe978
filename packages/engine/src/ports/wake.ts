/** What is told by whoever commits it; see the table each is about. */
export const WAKE_CHANNELS = ['headwater_event', 'headwater_alert'] as const;

export type WakeChannel = (typeof WAKE_CHANNELS)[number];

/**
 * Hints from the database that something was committed, by any process. A hint may be lost or come for nothing, so
 * whoever waits for one also looks by itself from time to time.
 */
export interface Wake {
  /** Calls back soon after each hint, and once after a lost connection is back; returns how to stop that. */
  on(channel: WakeChannel, listener: () => void): () => void;
  close(): Promise<void>;
}
