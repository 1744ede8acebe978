import { Readable } from 'node:stream';
import { StreamHeaders, StreamQuery } from '@headwater/contracts/http/stream.ts';
import type { Actor } from '@headwater/core/access/actor.ts';
import { type FollowStep, follow } from '@headwater/engine/stream/follow.ts';
import { defineRoute, rawResponse, type Route } from '../route.ts';
import type { Services } from '../services.ts';
import { SLOW_READER_MS } from './live-streams.ts';
import { streamEvent } from './stream-event.ts';

const STREAM_HEADERS = {
  'cache-control': 'no-store',
  // Proxies that buffer would hold events back until a page of them is full.
  'x-accel-buffering': 'no',
  // A connection kept for another request would hold up the end of the server.
  connection: 'close',
};

function streamRoute(url: string, operationId: string): Route {
  return defineRoute({
    method: 'GET',
    url,
    operationId,
    summary: 'Follow what happens, live',
    description:
      'Server-sent events. Each carries an id; a reader that comes back with `Last-Event-ID` (or `?after=`) misses nothing, also after a restart and on another server. `event: reset` says that the id is unknown here: load everything again.',
    tags: ['stream'],
    access: 'incidents.read',
    ticket: true,
    query: StreamQuery,
    headers: StreamHeaders,
    responses: { 200: rawResponse('text/event-stream', 'Events, each a StreamEvent as JSON in its data') },
    handle({ ctx, query, headers, services, reply }) {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const after = headers['last-event-id'] ?? query.after;
      reply.headers(STREAM_HEADERS).type('text/event-stream; charset=utf-8');
      return reply.send(eventStream(services, { actor: ctx.actor, after, gone: gone.signal }));
    },
  });
}

interface Reader {
  readonly actor: Actor;
  readonly after: number | undefined;
  readonly gone: AbortSignal;
}

function eventStream(services: Services, reader: Reader): Readable {
  const { streams, metrics } = services;
  const watch = { timer: undefined as NodeJS.Timeout | undefined };
  // One piece at a time: the next is made when the last was taken.
  const stream = Readable.from(pieces(), { objectMode: true, highWaterMark: 1 });

  async function* pieces(): AsyncGenerator<string> {
    metrics.set('headwater_http_streams', { transport: 'sse' }, ++open.sse);
    try {
      yield 'retry: 2000\n\n';
      const signal = AbortSignal.any([streams.closing, reader.gone]);
      const { actor, after } = reader;
      for await (const step of follow({ ...streams, actor, after, signal })) {
        watch.timer = setTimeout(letGo, streams.slowReaderMs ?? SLOW_READER_MS);
        yield pieceOf(step);
        clearTimeout(watch.timer);
      }
      yield ': the server ends this stream; come back with the last id\n\n';
    } finally {
      clearTimeout(watch.timer);
      metrics.set('headwater_http_streams', { transport: 'sse' }, --open.sse);
    }
  }

  function letGo(): void {
    metrics.count('headwater_http_streams_dropped_total', { transport: 'sse' });
    stream.destroy();
  }

  return stream;
}

const open = { sse: 0 };

function pieceOf(step: FollowStep): string {
  // An id without data moves the reader's place without an event.
  if (step.kind === 'heartbeat') return `: heartbeat\nid: ${step.cursor}\n\n`;
  if (step.kind === 'reset') return `event: reset\nid: ${step.cursor}\ndata: {}\n\n`;
  const events = step.events.map((event) => `id: ${event.id}\ndata: ${JSON.stringify(streamEvent(event))}\n\n`);
  return events.length > 0 ? events.join('') : `id: ${step.cursor}\n\n`;
}

export const serverSentEventRoutes: readonly Route[] = [
  streamRoute('/api/stream', 'streamEvents'),
  streamRoute('/api/v1/events', 'streamEventsV1'),
];
