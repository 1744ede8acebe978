import type { Millis } from '@headwater/core/time.ts';

/** Who a ticket was given to; what they may do is looked up when it is used. */
export interface TicketHolder {
  readonly kind: 'user' | 'token';
  readonly id: string;
  readonly sessionId: string | null;
}

/** One-time ways into a live stream. */
export interface StreamTicketRepository {
  /** Also forgets those that ran out. */
  insert(ticket: {
    readonly hash: string;
    readonly holder: TicketHolder;
    readonly expiresAt: Millis;
    readonly now: Millis;
  }): Promise<void>;
  /** Gives the holder and forgets the ticket, at once; null when it was used, ran out, or never was. */
  take(hash: string, now: Millis): Promise<TicketHolder | null>;
}
