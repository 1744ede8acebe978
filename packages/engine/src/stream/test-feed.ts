import type { Log } from '../ports/log.ts';
import { type Metrics, silentMetrics } from '../ports/metrics.ts';
import type { StoredEvent } from '../ports/store/events.ts';
import { type EventFeed, openEventFeed } from './event-feed.ts';

/** A log of events in memory, whose hints and failures a test decides. */
export interface FakeLog {
  readonly events: StoredEvent[];
  readonly reads: number[];
  failing: boolean;
  /** Tells whoever listens. */
  hint(): void;
  /** How many listen. */
  listeners(): number;
  add(...ids: readonly number[]): void;
  open(pollMs?: number, seen?: { readonly log?: Log; readonly metrics?: Metrics }): Promise<EventFeed>;
}

/** An event with this id, in namespace `shop` of cluster `prod` unless told. */
export function eventOf(id: number, changes: Partial<StoredEvent> = {}): StoredEvent {
  const where = { cluster: 'prod', namespaces: ['shop'] };
  return {
    id,
    at: id,
    kind: 'incident.changed',
    incidentId: 'inc_1',
    actor: 'test',
    payload: { id },
    ...where,
    ...changes,
  };
}

export function fakeLog(): FakeLog {
  const listening = new Set<() => void>();
  const events: StoredEvent[] = [];
  const reads: number[] = [];
  const fake: FakeLog = {
    events,
    reads,
    failing: false,
    hint: () => {
      for (const listener of listening) listener();
    },
    listeners: () => listening.size,
    add: (...ids) => void events.push(...ids.map((id) => eventOf(id))),
    open: (pollMs = 60_000, seen = {}) =>
      openEventFeed({
        events: {
          after: (id, limit) => {
            reads.push(id);
            if (fake.failing) return Promise.reject(new Error('no database'));
            return Promise.resolve(events.filter((event) => event.id > id).slice(0, limit));
          },
          newest: () => Promise.resolve(events.at(-1)?.id ?? 0),
        },
        wake: {
          on: (_channel, listener) => {
            listening.add(listener);
            return () => void listening.delete(listener);
          },
        },
        log: seen.log ?? { info: () => {}, warn: () => {}, error: () => {} },
        metrics: seen.metrics ?? silentMetrics,
        pollMs,
      }),
  };
  return fake;
}
