import type { TargetKind } from '@headwater/contracts/http/comment.ts';
import type { Millis } from '@headwater/core/time.ts';

/** What is talked about. */
export interface CommentTarget {
  readonly kind: TargetKind;
  readonly id: string;
}

export interface CommentRow {
  readonly id: string;
  readonly target: CommentTarget;
  readonly authorId: string;
  readonly authorName: string;
  readonly body: string;
  readonly createdAt: Millis;
  readonly editedAt: Millis | null;
}

export interface VoteCounts {
  readonly up: number;
  readonly down: number;
  readonly mine: 'up' | 'down' | null;
}

/** Comments and votes on incidents and alerts. Deleted comments stay in the store and are never returned. */
export interface CommentsRepository {
  insert(row: CommentRow): Promise<void>;
  /** Holds its row until the transaction ends. */
  lock(id: string): Promise<CommentRow | null>;
  edit(id: string, body: string, at: Millis): Promise<void>;
  remove(id: string, at: Millis): Promise<void>;
  /** Oldest first, above the id `after`. */
  list(
    target: CommentTarget,
    page: { readonly after: string | null; readonly limit: number },
  ): Promise<readonly CommentRow[]>;
  /** Null takes the vote back; returns the one before. */
  vote(
    target: CommentTarget,
    vote: { readonly userId: string; readonly value: 'up' | 'down' | null; readonly at: Millis },
  ): Promise<'up' | 'down' | null>;
  votes(target: CommentTarget, userId: string): Promise<VoteCounts>;
}
