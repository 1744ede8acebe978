import type { Actor } from '@headwater/core/access/actor.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Store } from './ports/store.ts';

/** What every verb is given: who asks, when, and where the truth is kept. */
export interface VerbContext {
  readonly store: Store;
  readonly actor: Actor;
  now(): Millis;
  /** A new id, `prefix_` and 26 characters that sort by time. */
  newId(prefix: string): string;
  readonly requestId: string | null;
  readonly remoteAddress: string | null;
}
