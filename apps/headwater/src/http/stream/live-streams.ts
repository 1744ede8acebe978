import type { Actor } from '@headwater/core/access/actor.ts';
import type { EventFeed } from '@headwater/engine/stream/event-feed.ts';

/** What the live streams of a process share. */
export interface LiveStreams {
  readonly feed: EventFeed;
  /** Aborts when the process goes: streams end politely and their readers resume elsewhere. */
  readonly closing: AbortSignal;
  readonly currentActor: (actor: Actor) => Promise<Actor | null>;
  readonly monotonic: () => number;
  /** A reader that takes nothing for this long is let go; it resumes from its last id. */
  readonly slowReaderMs?: number;
  readonly heartbeatMs?: number;
  readonly recheckMs?: number;
}

export const SLOW_READER_MS = 20_000;
