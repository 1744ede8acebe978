import type { Millis } from '@headwater/core/time.ts';

/** One refresh token; those that follow from one sign-in share a family, which is the session a person sees. */
export interface SessionToken {
  readonly id: string;
  readonly family: string;
  readonly userId: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly tokenHash: string;
  readonly signedInAt: Millis;
  readonly createdAt: Millis;
  readonly expiresAt: Millis;
  /** When another token took its place. */
  readonly usedAt: Millis | null;
  readonly revokedAt: Millis | null;
  readonly revokeReason: string | null;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
}

export interface SessionRepository {
  insert(token: SessionToken): Promise<void>;
  /** Locks every token of its family, so that of two refreshes at once the second sees what the first did. */
  lockByHash(tokenHash: string): Promise<SessionToken | null>;
  /** Marks every unused token of a family as used. */
  useFamily(family: string, now: Millis): Promise<void>;
  /** Families revoked; 0 when none was live. */
  revoke(
    which: { readonly family: string } | { readonly userId: string; readonly except?: string | undefined },
    why: { readonly now: Millis; readonly reason: string },
  ): Promise<number>;
  /** The newest token of a family. */
  current(family: string): Promise<SessionToken | null>;
  /** The newest token of each live family of a user, newest first. */
  live(userId: string, now: Millis): Promise<readonly SessionToken[]>;
  /** Deletes what ended before a time; returns how many. */
  forget(before: Millis): Promise<number>;
}
