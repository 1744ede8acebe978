import { type SocketMessage, SocketHello, StreamQuery } from '@headwater/contracts/http/stream.ts';
import type { Actor } from '@headwater/core/access/actor.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { type FollowStep, follow } from '@headwater/engine/stream/follow.ts';
import type { WebSocket } from '@fastify/websocket';
import { defineRoute, rawResponse, type SocketInput } from '../route.ts';
import type { Services } from '../services.ts';
import { SLOW_READER_MS } from './live-streams.ts';
import { streamEvent } from './stream-event.ts';

/** The close codes a client may see; above 4000 they are ours. */
const CLOSE = { restart: 1012, slow: 1013, unauthenticated: 4401, forbidden: 4403 } as const;

const HELLO_TIMEOUT_MS = 5_000;

export const webSocketRoute = defineRoute({
  method: 'GET',
  url: '/api/stream/ws',
  operationId: 'streamEventsOverWebSocket',
  summary: 'Follow what happens, live, over a WebSocket',
  description:
    'The events of `/api/stream` as messages `{type: event|heartbeat|reset}`. Authenticates by an Authorization header, by `?ticket=`, or by a first message `{token, after?}` within five seconds. Closes with 4401 or 4403 when that fails, 1012 when the server restarts, 1013 when the reader is too slow.',
  tags: ['stream'],
  // The handshake of a browser carries no header; the socket asks by itself before it says anything.
  access: 'public',
  ticket: true,
  query: StreamQuery,
  responses: { 101: rawResponse('', 'The connection is a WebSocket now') },
  handle() {
    throw new AppError('invalid', 'expected a WebSocket handshake');
  },
  socket: (input) => void serve(input),
});

async function serve({ socket, query, actor, services }: SocketInput): Promise<void> {
  const { streams, log, metrics } = services;
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  socket.on('error', () => gone.abort());
  try {
    const asked = query as { readonly after?: number };
    const hello = actor ? { actor, after: asked.after } : await firstMessage(socket, services, asked.after);
    authorize(hello.actor, 'incidents.read');
    metrics.set('headwater_http_streams', { transport: 'websocket' }, ++open.sockets);
    try {
      const signal = AbortSignal.any([streams.closing, gone.signal]);
      await sendAll(socket, services, { ...hello, signal });
    } finally {
      metrics.set('headwater_http_streams', { transport: 'websocket' }, --open.sockets);
    }
    socket.close(streams.closing.aborted ? CLOSE.restart : CLOSE.unauthenticated);
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    if (code === 'forbidden') socket.close(CLOSE.forbidden, messageOf(error).slice(0, 120));
    else if (code === 'unauthenticated') socket.close(CLOSE.unauthenticated, messageOf(error).slice(0, 120));
    else {
      log.warn({ error }, 'a live stream failed');
      socket.close(CLOSE.restart);
    }
  }
}

const open = { sockets: 0 };

interface Hello {
  readonly actor: Actor;
  readonly after: number | undefined;
}

async function firstMessage(socket: WebSocket, services: Services, after: number | undefined): Promise<Hello> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const refuse = (): void => reject(new AppError('unauthenticated', 'expected {token} within five seconds'));
  const timer = setTimeout(refuse, HELLO_TIMEOUT_MS);
  socket.once('message', (data: Buffer) => resolve(data.toString('utf8')));
  socket.once('close', refuse);
  try {
    const hello = SocketHello.safeParse(parsed(await promise));
    if (!hello.success) throw new AppError('unauthenticated', 'the first message is not {token, after?}');
    const actor = await services.people.authenticator.authenticate({ authorization: `Bearer ${hello.data.token}` });
    if (!actor) throw new AppError('unauthenticated', 'the token is not good');
    return { actor, after: hello.data.after ?? after };
  } finally {
    clearTimeout(timer);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Sending extends Hello {
  readonly signal: AbortSignal;
}

async function sendAll(socket: WebSocket, { streams, metrics }: Services, sending: Sending): Promise<void> {
  for await (const step of follow({ ...streams, ...sending })) {
    const timer = setTimeout(() => {
      metrics.count('headwater_http_streams_dropped_total', { transport: 'websocket' });
      // A close frame would wait behind what the reader does not take.
      socket.terminate();
    }, streams.slowReaderMs ?? SLOW_READER_MS);
    try {
      for (const message of messagesOf(step)) await send(socket, message);
    } finally {
      clearTimeout(timer);
    }
  }
}

function messagesOf(step: FollowStep): SocketMessage[] {
  if (step.kind === 'heartbeat') return [{ type: 'heartbeat', id: step.cursor }];
  if (step.kind === 'reset') return [{ type: 'reset', id: step.cursor }];
  return step.events.map((event) => ({ type: 'event', event: streamEvent(event) }));
}

/** Resolves when the message was handed to the network, or when there is nobody left to hand it to. */
function send(socket: WebSocket, message: SocketMessage): Promise<void> {
  return new Promise((resolve) => socket.send(JSON.stringify(message), () => resolve()));
}
