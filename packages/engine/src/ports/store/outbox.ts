import type { Millis } from '@headwater/core/time.ts';
import type { IncidentNotice, Receipt } from '../notifier.ts';

/** A destination and the incident it must be told of. */
export interface OutboxKey {
  readonly destination: string;
  readonly incidentId: string;
}

export interface DueNotice extends OutboxKey {
  readonly wantedEvent: number;
  readonly receipt: Receipt | null;
  /** Attempts since something was last told, this one included. */
  readonly attempts: number;
}

export interface Postponement {
  readonly nextAttemptAt: Millis;
  readonly error: string;
  readonly receipt: Receipt | null;
  /** True: given up; a later event of the incident tries again. */
  readonly dead: boolean;
  readonly now: Millis;
}

export interface WantedNotice extends OutboxKey {
  readonly eventId: number;
}

/** What must still be told outside, and how far the events have been read for it. */
export interface OutboxRepository {
  /** The last event a reader has seen, its row held until the transaction ends; a new reader starts at `from`. */
  lockCursor(reader: string, from: number): Promise<number>;
  moveCursor(reader: string, lastEvent: number): Promise<void>;
  want(wanted: readonly WantedNotice[], now: Millis): Promise<void>;
  /** Takes what is due, for nobody else until `leaseUntil`. */
  claim(now: Millis, options: { readonly leaseUntil: Millis; readonly limit: number }): Promise<readonly DueNotice[]>;
  told(
    key: OutboxKey,
    result: { readonly event: number; readonly receipt: Receipt; readonly now: Millis },
  ): Promise<void>;
  postpone(key: OutboxKey, why: Postponement): Promise<void>;
  /** The incident as it is now, without its address; null when it is gone. */
  notice(incidentId: string): Promise<Omit<IncidentNotice, 'url'> | null>;
  /** Notices given up, newest first. */
  dead(limit: number): Promise<readonly (OutboxKey & { readonly error: string; readonly at: Millis })[]>;
}
