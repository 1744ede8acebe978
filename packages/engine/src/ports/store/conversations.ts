import type { Millis } from '@headwater/core/time.ts';

export interface ConversationTurn {
  readonly question: string;
  readonly answer: string;
  readonly evidence: readonly string[];
  readonly at: Millis;
}

/** What one person asked about one incident; nobody else ever reads it. */
export interface ConversationRepository {
  /** Adds a turn to the owner's conversation, beginning it when it is new; false when it is somebody else's or about another incident. */
  add(conversation: ConversationKey, turn: ConversationTurn): Promise<boolean>;
  /** Oldest first; null when the owner has no such conversation. */
  turns(id: string, ownerId: string): Promise<readonly ConversationTurn[] | null>;
}

export interface ConversationKey {
  readonly id: string;
  readonly ownerId: string;
  readonly incidentId: string;
}
