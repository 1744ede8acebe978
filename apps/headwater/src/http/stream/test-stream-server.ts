import type { AddressInfo } from 'node:net';
import { type Actor, systemActor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import { openWake } from '@headwater/adapters/postgres/wake.ts';
import { type Log, silentLog } from '@headwater/engine/ports/log.ts';
import { type Metrics, silentMetrics } from '@headwater/engine/ports/metrics.ts';
import { openEventFeed } from '@headwater/engine/stream/event-feed.ts';
import type { TestDatabase } from '@headwater/testkit/postgres/database.ts';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Route } from '../route.ts';
import { testServer } from '../test-server.ts';
import { orByTicket } from './identify-ticket.ts';
import type { LiveStreams } from './live-streams.ts';
import { streamRoutes } from './routes.ts';

export interface StreamServer {
  readonly url: string;
  /** Ends the streams as a shutdown does, then the server. */
  close(): Promise<void>;
}

export interface StreamServerOptions extends Partial<LiveStreams> {
  readonly routes?: readonly Route[];
  /** What a bearer token stands for; anything else is refused. */
  readonly people?: Readonly<Record<string, Actor>>;
  readonly pollMs?: number;
  readonly log?: Log;
  readonly metrics?: Metrics;
}

const SECRETS = {
  refreshToken: () => {
    const secret = `ticket${Math.random().toString(36).slice(2)}`;
    return { secret, hash: `hash of ${secret}`, prefix: secret.slice(0, 4) };
  },
  hashOf: (secret: string) => `hash of ${secret}`,
};

/** A listening server with the live streams over a database, as one process of an installation. */
export async function streamServer(database: TestDatabase, options: StreamServerOptions = {}): Promise<StreamServer> {
  const {
    people = { good: systemActor },
    pollMs = 60_000,
    routes = streamRoutes,
    log = silentLog,
    metrics = silentMetrics,
    ...overrides
  } = options;
  const wake = openWake({ address: database.address });
  const feed = await openEventFeed({
    events: database.store.events,
    wake,
    log: silentLog,
    metrics: silentMetrics,
    pollMs,
  });
  const closing = new AbortController();
  const actorOf = (header: string | undefined): Actor | null =>
    people[/^Bearer (.*)$/.exec(header ?? '')?.[1] ?? ''] ?? null;
  const identify = orByTicket(
    (request) => {
      const actor = actorOf(request.headers.authorization);
      return actor ? Promise.resolve(actor) : Promise.reject(new AppError('unauthenticated', 'not a good token'));
    },
    { store: database.store, secrets: SECRETS, now: Date.now },
  );
  const streams: LiveStreams = {
    feed,
    closing: closing.signal,
    currentActor: (actor) => Promise.resolve(actor),
    monotonic: () => performance.now(),
    ...overrides,
  };
  const authenticator = {
    authenticate: ({ authorization }: { authorization?: string | undefined }) =>
      Promise.resolve(actorOf(authorization)),
    byApiToken: () => Promise.resolve(null),
    forget: () => {},
  };
  const app = await testServer({
    routes,
    store: database.store,
    identify,
    now: Date.now,
    // Only what the stream asks of people.
    services: { log, metrics, streams, people: { authenticator, secrets: SECRETS } as never },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    async close() {
      closing.abort();
      const closed = app.close();
      // A client may hold a connection it never used, which the server would wait a minute for.
      const forced = setTimeout(() => app.server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(forced);
      await feed.close();
      await wake.close();
    },
  };
}

/** What happens at `n`, in a namespace of cluster prod. */
export function append(database: TestDatabase, numbers: readonly number[], namespace = 'shop'): Promise<void> {
  const events = numbers.map((n) => ({
    at: Date.now(),
    kind: 'incident.changed' as const,
    incidentId: null,
    cluster: 'prod',
    namespaces: [namespace],
    actor: 'test',
    payload: { n },
  }));
  return database.store.transaction((tx) => tx.events.append(events));
}

export interface OpenStream {
  readonly response: Response;
  /** Events so far. */
  readonly events: readonly EventSourceMessage[];
  /** The `n` of each event so far. */
  numbers(): number[];
  /** The last id the server told, also without an event. */
  lastId(): string;
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream and reads it in the background. */
export async function openStream(url: string, headers: Readonly<Record<string, string>> = {}): Promise<OpenStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { authorization: 'Bearer good', ...headers }, signal: abort.signal });
  const events: EventSourceMessage[] = [];
  let lastId = '';
  const parser = createParser({ onEvent: (event) => void events.push(event) });
  async function read(): Promise<void> {
    for await (const chunk of response.body ?? []) {
      const text = new TextDecoder().decode(chunk as Uint8Array);
      for (const [, id] of text.matchAll(/^id: (\d+)$/gm)) lastId = id ?? '';
      parser.feed(text);
    }
  }
  const ended = read().catch(() => undefined);
  return {
    response,
    events,
    numbers: () => events.map(({ data }) => (JSON.parse(data) as { data: { n: number } }).data.n),
    lastId: () => lastId,
    ended,
    close: () => abort.abort(),
  };
}
