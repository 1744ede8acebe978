import type { Millis } from '@headwater/core/time.ts';

/** A program's credential; the token itself is shown once and never kept. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** The first characters of the token, by which a person knows it again. */
  readonly prefix: string;
  /** SHA-256 of the token, hexadecimal. */
  readonly tokenHash: string;
  readonly createdBy: string;
  readonly createdAt: Millis;
  readonly expiresAt: Millis | null;
  readonly lastUsedAt: Millis | null;
  readonly revokedAt: Millis | null;
}

export interface TokenRepository {
  insert(token: ApiToken): Promise<void>;
  byId(id: string): Promise<ApiToken | null>;
  byHash(tokenHash: string): Promise<ApiToken | null>;
  /** Newest first, below the id `before` when one is given. */
  list(page: { readonly before: string | null; readonly limit: number }): Promise<readonly ApiToken[]>;
  touch(id: string, now: Millis): Promise<void>;
  /** False when it was revoked already or never was. */
  revoke(id: string, now: Millis): Promise<boolean>;
}
