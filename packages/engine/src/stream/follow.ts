import type { Actor } from '@headwater/core/access/actor.ts';
import { scopeOf } from '@headwater/core/access/permissions.ts';
import { covers, type Scope } from '@headwater/core/access/scope.ts';
import type { StoredEvent } from '../ports/store/events.ts';
import { withholdEvent } from '../views/withhold.ts';
import type { EventFeed } from './event-feed.ts';

/** What a reader is sent: events it may see, where it stands now, and nothing at all when it should only hear we live. */
export type FollowStep =
  | { readonly kind: 'reset'; readonly cursor: number }
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[]; readonly cursor: number }
  | { readonly kind: 'heartbeat'; readonly cursor: number };

export interface FollowOptions {
  readonly feed: EventFeed;
  /** The id of the last event the reader has; undefined starts at what happens next. */
  readonly after: number | undefined;
  readonly actor: Actor;
  /** Who the reader is by now; null ends the stream: signed out, disabled, revoked. */
  readonly currentActor: (actor: Actor) => Promise<Actor | null>;
  readonly signal: AbortSignal;
  readonly heartbeatMs?: number;
  /** How often rights are looked up again. */
  readonly recheckMs?: number;
  readonly monotonic: () => number;
}

const HEARTBEAT_MS = 15_000;
const RECHECK_MS = 30_000;

/**
 * Everything that happens from the cursor on, in order and without a gap, for as long as the reader reads and may read.
 * Pulled, not pushed: a slow reader holds up nobody and costs one page of memory.
 */
export async function* follow(options: FollowOptions): AsyncGenerator<FollowStep, void, void> {
  const { feed, signal, monotonic, heartbeatMs = HEARTBEAT_MS, recheckMs = RECHECK_MS } = options;
  let actor: Actor | null = options.actor;
  let scope = scopeOf(actor, 'incidents.read');
  let checked = monotonic();
  let cursor = options.after ?? feed.newest();
  // An id nobody gave out is one of another database: what the reader holds means nothing here.
  if (!(await feed.knows(cursor))) {
    cursor = feed.newest();
    yield { kind: 'reset', cursor };
  }
  yield { kind: 'heartbeat', cursor };
  while (!signal.aborted) {
    if (monotonic() - checked >= recheckMs) {
      actor = await options.currentActor(actor);
      if (actor === null) return;
      scope = scopeOf(actor, 'incidents.read');
      checked = monotonic();
    }
    const page = await feed.after(cursor);
    const last = page.at(-1);
    if (!last) {
      await feed.changed(cursor, { milliseconds: heartbeatMs, signal });
      if (feed.newest() <= cursor && !signal.aborted) yield { kind: 'heartbeat', cursor };
      continue;
    }
    cursor = last.id;
    const readable = page.filter((event) => mayRead(scope, event));
    yield { kind: 'events', events: readable.map((event) => withholdEvent(scope, event)), cursor };
  }
}

/** What belongs to no place is about the whole installation. */
function mayRead(scope: Scope, { cluster, namespaces }: StoredEvent): boolean {
  return cluster === null ? scope.everything : covers(scope, { cluster, namespaces });
}
