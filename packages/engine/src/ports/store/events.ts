import type { EventKind } from '@headwater/contracts/http/timeline.ts';
import type { Millis } from '@headwater/core/time.ts';

export interface NewEvent {
  readonly at: Millis;
  readonly kind: EventKind;
  readonly incidentId: string | null;
  readonly cluster: string | null;
  readonly namespaces: readonly string[];
  /** The name people read: a login, a token's name, `Headwater`. */
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface StoredEvent extends Omit<NewEvent, 'kind'> {
  /** Grows in the order of commit. */
  readonly id: number;
  readonly kind: string;
}

/** The log of what happened, read by the timeline, the live stream and notifications. */
export interface EventsRepository {
  /**
   * Adds events and wakes the readers. It must be the last thing a transaction does: from here until the commit no other
   * transaction may add events, so that a reader who has seen an id has seen all below it.
   */
  append(events: readonly NewEvent[]): Promise<void>;
  /** In the order of commit, above the id. */
  after(id: number, limit: number): Promise<readonly StoredEvent[]>;
  /** 0 when nothing ever happened. */
  newest(): Promise<number>;
}
