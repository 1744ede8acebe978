import type { Millis } from '@headwater/core/time.ts';

/** Secrets this installation made for itself, the same for every process that shares the database. */
export interface SecretRepository {
  /** The secret kept under a name; the proposed one when there was none. */
  keep(name: string, proposed: string, now: Millis): Promise<string>;
}
