import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, systemActor } from '@headwater/core/access/actor.ts';
import { silentMetrics } from '@headwater/engine/ports/metrics.ts';
import { until } from '@headwater/testkit/fake-server.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { append, openStream, streamServer, type StreamServer, type StreamServerOptions } from './test-stream-server.ts';

const database = useDatabase('18');
const servers: StreamServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(options?: StreamServerOptions): Promise<StreamServer> {
  const server = await streamServer(database(), options);
  servers.push(server);
  return server;
}

const shopViewer: Actor = {
  kind: 'user',
  id: 'usr_1',
  name: 'ada',
  bindings: [{ role: 'viewer', cluster: 'prod', namespace: 'shop' }],
};

describe('server-sent events', () => {
  it('tell what happens from now on, woken by the commit and not by the clock', async () => {
    const server = await serve();
    const stream = await openStream(`${server.url}/api/stream`);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.response.headers.get('cache-control')).toBe('no-store');
    await until(() => stream.lastId() !== '');
    await append(database(), [1, 2]);
    await until(() => stream.events.length === 2);
    expect(stream.numbers()).toEqual([1, 2]);
    expect(JSON.parse(stream.events[0]?.data ?? '')).toMatchObject({
      kind: 'incident.changed',
      cluster: 'prod',
      actor: 'test',
    });
    stream.close();
  });

  it('resume above an id, by header or by query', async () => {
    const server = await serve();
    const stream = await openStream(`${server.url}/api/v1/events`);
    await until(() => stream.lastId() !== '');
    const from = stream.lastId();
    await append(database(), [1, 2, 3]);
    await until(() => stream.events.length === 3);
    stream.close();
    const second = stream.events[1]?.id ?? '';
    const byHeader = await openStream(`${server.url}/api/v1/events`, { 'last-event-id': second });
    const byQuery = await openStream(`${server.url}/api/v1/events?after=${from}`);
    await until(() => byHeader.events.length === 1 && byQuery.events.length === 3);
    expect(byHeader.numbers()).toEqual([3]);
    byHeader.close();
    byQuery.close();
  });

  it('show only what the reader may see, and move the reader past the rest', async () => {
    const server = await serve({ people: { good: shopViewer } });
    const stream = await openStream(`${server.url}/api/stream`);
    await until(() => stream.lastId() !== '');
    const before = Number(stream.lastId());
    await append(database(), [1], 'kitchen');
    await until(() => Number(stream.lastId()) > before);
    await append(database(), [2], 'shop');
    await until(() => stream.events.length > 0);
    expect(stream.numbers()).toEqual([2]);
    stream.close();
  });

  it('end when the reader may no longer read', async () => {
    let actor: Actor | null = systemActor;
    const server = await serve({ currentActor: () => Promise.resolve(actor), recheckMs: 10, heartbeatMs: 20 });
    const stream = await openStream(`${server.url}/api/stream`);
    await until(() => stream.lastId() !== '');
    actor = null;
    await stream.ended;
    await append(database(), [1]);
    expect(stream.events).toEqual([]);
  });

  it('say reset for an id that was never given out', async () => {
    const server = await serve();
    const stream = await openStream(`${server.url}/api/stream?after=999999999`);
    await until(() => stream.events.length === 1);
    expect(stream.events[0]).toMatchObject({ event: 'reset', data: '{}' });
    await append(database(), [1]);
    await until(() => stream.events.length === 2);
    stream.close();
  });

  it('send a heartbeat while nothing happens, far beyond the time a request may take', async () => {
    const server = await serve({ heartbeatMs: 30 });
    const stream = await openStream(`${server.url}/api/stream`);
    await sleep(400);
    await append(database(), [1]);
    await until(() => stream.events.length === 1);
    stream.close();
  });

  it('may be left at any time without a word in the log of errors', async () => {
    const told: string[] = [];
    const log = {
      info: () => {},
      warn: (_: object, text: string) => void told.push(text),
      error: (_: object, text: string) => void told.push(text),
    };
    const open: number[] = [];
    const metrics = { ...silentMetrics, set: (_: string, __: object, value: number) => void open.push(value) };
    const server = await serve({ log, metrics, heartbeatMs: 60_000 });
    for (let count = 0; count < 3; count++) {
      const stream = await openStream(`${server.url}/api/stream`);
      await until(() => stream.lastId() !== '');
      stream.close();
      await stream.ended;
    }
    // At once, not when the next heartbeat is due.
    await until(() => open.length === 6);
    expect(open.at(-1)).toBe(0);
    expect(told).toEqual([]);
  });

  it('have no head that could be asked for', async () => {
    const { url } = await serve();
    const headers = { authorization: 'Bearer good' };
    expect((await fetch(`${url}/api/stream`, { method: 'HEAD', headers })).status).toBe(404);
  });

  it('end politely when the server goes', async () => {
    const server = await streamServer(database());
    const stream = await openStream(`${server.url}/api/stream`);
    await until(() => stream.lastId() !== '');
    await server.close();
    await stream.ended;
  });

  it('let go of a reader that takes nothing, which may come back where it was', async () => {
    const server = await serve({ slowReaderMs: 100 });
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write('GET /api/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer good\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    const big = 'x'.repeat(100_000);
    for (let n = 0; n < 100; n++)
      await database().store.transaction((tx) =>
        tx.events.append([
          {
            at: 0,
            kind: 'incident.changed',
            incidentId: null,
            cluster: 'prod',
            namespaces: [],
            actor: big,
            payload: {},
          },
        ]),
      );
    await sleep(300);
    socket.resume();
    await once(socket, 'close');
  });

  it.each(['/api/stream?after=-1', '/api/stream?after=x'])('refuse %s', async (path) => {
    const stream = await openStream(`${(await serve()).url}${path}`);
    expect(stream.response.status).toBe(400);
    stream.close();
  });
});

describe('a stream ticket', () => {
  const ticketFor = async (server: StreamServer): Promise<string> => {
    const answer = await fetch(`${server.url}/api/v1/stream-tickets`, {
      method: 'POST',
      headers: { authorization: 'Bearer ada' },
    });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { ticket: string }).ticket;
  };

  it('opens one stream, once, also on another server', async () => {
    const { store } = database();
    const now = Date.now();
    await store.users.insert({
      id: 'usr_1',
      login: 'ada',
      displayName: 'Ada',
      email: null,
      language: 'en',
      passwordHash: null,
      mustChangePassword: false,
      disabledAt: null,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    await store.users.bind(
      { kind: 'user', id: 'usr_1' },
      { id: 'bnd_1', role: 'viewer', cluster: '*', namespace: '*' },
    );
    const [one, two] = await Promise.all([serve({ people: { ada: shopViewer } }), serve({ people: {} })]);
    const ticket = await ticketFor(one);
    const stream = await openStream(`${two.url}/api/stream?ticket=${ticket}`, { authorization: '' });
    expect(stream.response.status).toBe(200);
    stream.close();
    const again = await openStream(`${two.url}/api/stream?ticket=${ticket}`, { authorization: '' });
    expect(again.response.status).toBe(401);
  });

  it('opens nothing else, and nothing when it was made up', async () => {
    const server = await serve({ people: { ada: shopViewer } });
    const made = await openStream(`${server.url}/api/stream?ticket=madeup`, { authorization: '' });
    expect(made.response.status).toBe(401);
    const ticket = await ticketFor(server);
    const other = await fetch(`${server.url}/api/v1/stream-tickets?ticket=${ticket}`, { method: 'POST' });
    expect(other.status).toBe(401);
  });
});

describe('the WebSocket', () => {
  interface Socket {
    readonly socket: WebSocket;
    readonly messages: { type: string; id?: number; event?: { id: number; data: { n: number } } }[];
    readonly closed: Promise<number>;
  }

  function open(server: StreamServer, path = '/api/stream/ws', headers: Record<string, string> = {}): Socket {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, { headers });
    const messages: Socket['messages'] = [];
    socket.on(
      'message',
      (data: Buffer) => void messages.push(JSON.parse(data.toString()) as Socket['messages'][number]),
    );
    const closed = new Promise<number>((resolve) => {
      socket.on('close', resolve);
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => {});
    });
    return { socket, messages, closed };
  }

  it('tells the same events, by header or by first message', async () => {
    const server = await serve();
    const first = open(server, '/api/stream/ws', { authorization: 'Bearer good' });
    await until(() => first.messages.length > 0);
    const place = first.messages[0]?.id ?? 0;
    await append(database(), [1, 2]);
    await until(() => first.messages.length >= 3);
    const second = open(server);
    await once(second.socket, 'open');
    second.socket.send(JSON.stringify({ token: 'good', after: place }));
    const numbers = (socket: Socket): number[] => socket.messages.flatMap(({ event }) => event?.data.n ?? []);
    await until(() => numbers(second).length === 2);
    expect(numbers(first)).toEqual([1, 2]);
    expect(numbers(second)).toEqual([1, 2]);
    first.socket.close();
    second.socket.close();
  });

  it('says nothing to whoever shows no good token', async () => {
    const server = await serve({ people: { good: systemActor, nobody: { ...systemActor, bindings: [] } } });
    const bad = open(server);
    await once(bad.socket, 'open');
    bad.socket.send('{"token":"bad"}');
    expect(await bad.closed).toBe(4401);
    expect(bad.messages).toEqual([]);
    const noise = open(server);
    await once(noise.socket, 'open');
    noise.socket.send('{{{');
    expect(await noise.closed).toBe(4401);
    expect(await open(server, '/api/stream/ws', { authorization: 'Bearer bad' }).closed).toBe(401);
    expect(await open(server, '/api/stream/ws', { authorization: 'Bearer nobody' }).closed).toBe(4403);
  });

  it('is refused to pages of other origins', async () => {
    const server = await serve();
    const authorization = 'Bearer good';
    expect(await open(server, '/api/stream/ws', { authorization, origin: 'https://evil.example' }).closed).toBe(403);
    const own = open(server, '/api/stream/ws', { authorization, origin: server.url });
    await until(() => own.messages.length > 0);
    own.socket.close();
  });

  it('tells the reader to come back when the server goes', async () => {
    const server = await streamServer(database());
    const { messages, closed } = open(server, '/api/stream/ws', { authorization: 'Bearer good' });
    await until(() => messages.length > 0);
    await server.close();
    expect(await closed).toBe(1012);
  });

  it('answers a plain request with words', async () => {
    const server = await serve();
    const answer = await fetch(`${server.url}/api/stream/ws`);
    expect(answer.status).toBe(400);
  });
});
