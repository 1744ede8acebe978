import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { EventsRepository, StoredEvent } from '../ports/store/events.ts';
import type { Wake } from '../ports/wake.ts';

export interface EventFeedOptions {
  readonly events: Pick<EventsRepository, 'after' | 'newest'>;
  readonly wake: Pick<Wake, 'on'>;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Looks by itself this often, in case a hint was lost. */
  readonly pollMs?: number;
}

/** Follows the log of events once for all readers of a process. */
export interface EventFeed {
  /** The id of the newest event this process knows. */
  newest(): number;
  /** Whether an id was ever given out; another process may have given out one this process has not seen yet. */
  knows(id: number): Promise<boolean>;
  /** Events above an id, at most `PAGE`; from memory when they are recent, else from the store. */
  after(id: number): Promise<readonly StoredEvent[]>;
  /** Resolves when an event above the id is known, when the time is over, or when the signal aborts. */
  changed(id: number, wait: { readonly milliseconds: number; readonly signal: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

const PAGE = 500;
// Enough that every reader who keeps up reads memory, small enough to forget about.
const KEPT = 2_000;
const POLL_MS = 1_000;

/** Starts following at the newest event; throws when the store cannot be read. */
export async function openEventFeed(options: EventFeedOptions): Promise<EventFeed> {
  const { events, wake, log, metrics, pollMs = POLL_MS } = options;
  const waiters = new Set<() => void>();
  let head = await events.newest();
  // Everything from above `tail` up to `head` is in `recent`.
  let tail = head;
  let recent: StoredEvent[] = [];
  let reading: Promise<void> | undefined;
  let again = false;
  let failing = false;

  async function readNew(): Promise<void> {
    do {
      again = false;
      const page = await events.after(head, PAGE);
      const last = page.at(-1);
      if (!last) continue;
      recent.push(...page);
      head = last.id;
      metrics.count('headwater_stream_events_total', {}, page.length);
      if (recent.length > KEPT) {
        recent = recent.slice(-KEPT / 2);
        tail = (recent[0]?.id ?? head + 1) - 1;
      }
      for (const waiter of waiters) waiter();
      again ||= page.length === PAGE;
    } while (again);
  }

  function look(): void {
    again = true;
    reading ??= readNew()
      .then(
        () => void (failing = false),
        (error: unknown) => {
          if (!failing) log.warn({ error }, 'cannot read new events; the live streams wait');
          failing = true;
        },
      )
      .finally(() => void (reading = undefined));
  }

  const stopListening = wake.on('headwater_event', look);
  const timer = setInterval(look, pollMs);
  return {
    newest: () => head,
    knows: async (id) => id <= head || id <= (await events.newest()),
    async after(id) {
      if (id >= head) return [];
      if (id < tail) return events.after(id, PAGE);
      return recent.filter((event) => event.id > id).slice(0, PAGE);
    },
    changed(id, { milliseconds, signal }) {
      if (id < head || signal.aborted) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const waited = setTimeout(resolve, milliseconds);
      waiters.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      return promise.finally(() => {
        clearTimeout(waited);
        waiters.delete(resolve);
      });
    },
    async close() {
      stopListening();
      clearInterval(timer);
      await reading;
    },
  };
}
