import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { expect, it } from 'vitest';
import { openRecording } from '../recording/open.ts';
import { jsonResponse, type ReplayRequest, type RouteGroup } from './route-group.ts';
import { startReplay } from './server.ts';

const clock = { now: () => 0, wait: () => Promise.resolve() };

function group(prefix: string, handle: RouteGroup['handle']): () => Promise<RouteGroup> {
  return () => Promise.resolve({ prefix, handle });
}

async function serve(groups: (() => Promise<RouteGroup>)[], port = 0) {
  const recording = await temporaryRecording({});
  const source = await openRecording(recording.path);
  const replay = await startReplay({ source, clock, groups, port });
  return { replay, [Symbol.asyncDispose]: async () => (await replay.stop(), await recording[Symbol.asyncDispose]()) };
}

it('gives each request to the group of its prefix, the one without prefix last', async () => {
  const echo = (name: string) => (asked: ReplayRequest) => jsonResponse(200, [name, asked.path, asked.query.get('q')]);
  await using server = await serve([group('', echo('root')), group('/loki', echo('loki'))]);
  const get = async (path: string): Promise<unknown> => (await fetch(server.replay.url + path)).json();
  expect(await get('/loki/api/v1/query_range?q=x')).toEqual(['loki', '/api/v1/query_range', 'x']);
  expect(await get('/loki')).toEqual(['loki', '/', null]);
  expect(await get('/lokidoki')).toEqual(['root', '/lokidoki', null]);
});

it('says that a path is not served, that a group failed, and that a body is too large', async () => {
  const fail = group('/boom', () => Promise.reject(new Error('broken')));
  const read = group('/read', async (asked) => jsonResponse(200, (await asked.text()).length));
  await using server = await serve([group('', () => null), fail, read]);
  const answer = async (path: string, body?: string): Promise<unknown> => {
    const response = await fetch(server.replay.url + path, body === undefined ? {} : { method: 'POST', body });
    return [response.status, await response.json()];
  };
  expect(await answer('/x')).toEqual([404, { message: '/x is not served in replay' }]);
  expect(await answer('/boom')).toEqual([500, { message: 'broken' }]);
  expect(await answer('/read', 'abc')).toEqual([200, 3]);
  expect(await answer('/read', 'x'.repeat(5_000_000))).toEqual([
    413,
    { message: 'the request body is larger than 4 MiB' },
  ]);
});

it('answers only to names of this machine', async () => {
  await using server = await serve([group('', () => jsonResponse(200, {}))]);
  const { port } = new URL(server.replay.url);
  const status = await new Promise<number | undefined>((resolve) => {
    request({ port, host: '127.0.0.1', headers: { host: 'evil.example:80' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(403);
});

it('stops a stream when the client goes away', async () => {
  let ended = false;
  async function* endless(signal: AbortSignal): AsyncGenerator<string> {
    try {
      while (!signal.aborted) {
        yield 'tick\n';
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    } finally {
      ended = true;
    }
  }
  await using server = await serve([group('', ({ signal }) => ({ status: 200, body: endless(signal) }))]);
  const aborting = new AbortController();
  const response = await fetch(server.replay.url, { signal: aborting.signal });
  await response.body?.getReader().read();
  aborting.abort();
  await expect.poll(() => ended).toBe(true);
});

it('says that a port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(serve([], port)).rejects.toMatchObject({ code: 'conflict', message: `port ${port} is already in use` });
  other.close();
});

it('hands out a kubeconfig that leads to it', async () => {
  await using server = await serve([]);
  const config = JSON.parse(server.replay.kubeconfig) as Record<string, unknown>;
  expect(config).toMatchObject({
    'current-context': 'replay-test',
    clusters: [{ cluster: { server: server.replay.url } }],
  });
});
