import { describe, expect, it } from 'vitest';
import { type LineStream, pod, testReplay } from '../fixtures/replay-server.ts';

interface WatchEvent {
  readonly type: string;
  readonly object: {
    kind: string;
    metadata: { name?: string; resourceVersion: string; annotations?: Record<string, string> };
    code?: number;
  };
}

async function nextEvent(stream: LineStream): Promise<WatchEvent> {
  return JSON.parse((await stream.next()) ?? '{"type":"END","object":{"metadata":{}}}') as WatchEvent;
}

async function summary(stream: LineStream): Promise<string> {
  const { type, object } = await nextEvent(stream);
  return `${type} ${object.metadata.name ?? ''}`;
}

const PODS = '/api/v1/namespaces/shop/pods';
const FILES = {
  'objects/pods.json': [
    pod('a', { labels: { app: 'web' }, resourceVersion: '10' }),
    pod('b', { resourceVersion: '12' }),
  ],
};
const merge = 'application/merge-patch+json';

describe('watch', () => {
  it('tells what happens after a list', async () => {
    await using server = await testReplay(FILES);
    const { resourceVersion } = (await server.get(PODS)).body.metadata;
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=${resourceVersion}`);
    await server.send('POST', PODS, pod('c'));
    await server.send('PATCH', `${PODS}/a`, { metadata: { labels: { x: 'y' } } }, merge);
    await server.send('POST', '/api/v1/namespaces/other/pods', pod('elsewhere', { namespace: 'other' }));
    await server.send('DELETE', `${PODS}/b`, {});
    const events = [await nextEvent(stream), await nextEvent(stream), await nextEvent(stream)];
    expect(events.map(({ type, object }) => [type, object.metadata.name, object.metadata.resourceVersion])).toEqual([
      ['ADDED', 'c', '13'],
      ['MODIFIED', 'a', '14'],
      ['DELETED', 'b', '16'],
    ]);
    stream.close();
  });

  it('resumes from any version it still knows', async () => {
    await using server = await testReplay(FILES);
    for (const name of ['c', 'd']) await server.send('POST', PODS, pod(name));
    const stream = await server.stream(`${PODS}?watch=true&resourceVersion=13`);
    expect(await summary(stream)).toBe('ADDED d');
    stream.close();
  });

  it('says 410 for versions before the recording', async () => {
    await using server = await testReplay(FILES);
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=3`);
    const { type, object } = await nextEvent(stream);
    expect([stream.status, type, object.kind, object.code]).toEqual([200, 'ERROR', 'Status', 410]);
    expect(await stream.next()).toBeUndefined();
  });

  it('says 504 for versions that have not come', async () => {
    await using server = await testReplay(FILES);
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=900`);
    expect((await nextEvent(stream)).object.code).toBe(504);
  });

  it('starts with the present state when no version is given', async () => {
    await using server = await testReplay(FILES);
    const stream = await server.stream(`${PODS}?watch=1`);
    expect([await summary(stream), await summary(stream)]).toEqual(['ADDED a', 'ADDED b']);
    stream.close();
  });

  it('streams a list when asked, and marks its end', async () => {
    await using server = await testReplay(FILES);
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const stream = await server.stream(`${PODS}?${query}`);
    expect([await summary(stream), await summary(stream)]).toEqual(['ADDED a', 'ADDED b']);
    expect(await nextEvent(stream)).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'Pod',
        metadata: { resourceVersion: '12', annotations: { 'k8s.io/initial-events-end': 'true' } },
      },
    });
    stream.close();
  });

  it('sends bookmarks while nothing happens, and ends at its timeout', async () => {
    await using server = await testReplay(FILES, { bookmarkEvery: 20 });
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=12&allowWatchBookmarks=true&timeoutSeconds=1`);
    const first = await nextEvent(stream);
    expect(first).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Pod', metadata: { resourceVersion: '12' } } });
    const rest = await stream.rest();
    expect(rest.length).toBeGreaterThan(3);
    expect(rest.every((line) => line.includes('BOOKMARK'))).toBe(true);
  });

  it('sends no bookmarks unasked', async () => {
    await using server = await testReplay(FILES, { bookmarkEvery: 20 });
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=12&timeoutSeconds=1`);
    expect(await stream.rest()).toEqual([]);
  });

  it('turns a change of selection into added and deleted', async () => {
    await using server = await testReplay(FILES);
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=12&labelSelector=app%3Dweb`);
    await server.send('PATCH', `${PODS}/b`, { metadata: { labels: { app: 'web' } } }, merge);
    await server.send('PATCH', `${PODS}/b`, { metadata: { labels: { more: 'x' } } }, merge);
    await server.send('PATCH', `${PODS}/a`, { metadata: { labels: { app: 'other' } } }, merge);
    await server.send('PATCH', `${PODS}/a`, { metadata: { labels: { unseen: 'x' } } }, merge);
    await server.send('DELETE', `${PODS}/b`, {});
    const events = [await nextEvent(stream), await nextEvent(stream), await nextEvent(stream), await nextEvent(stream)];
    expect(
      events.map(({ type, object }) => `${type} ${object.metadata.name} ${object.metadata.resourceVersion}`),
    ).toEqual(['ADDED b 13', 'MODIFIED b 14', 'DELETED a 15', 'DELETED b 17']);
    stream.close();
  });

  it('watches one object by its path, and in the form that was asked for', async () => {
    await using server = await testReplay(FILES);
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const stream = await server.stream(`${PODS}/b?watch=1`, { accept });
    expect(await nextEvent(stream)).toMatchObject({
      type: 'ADDED',
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'b' } },
    });
    stream.close();
  });

  it('ends when the server stops', async () => {
    const server = await testReplay(FILES);
    const stream = await server.stream(`${PODS}?watch=1&resourceVersion=12`);
    await server[Symbol.asyncDispose]();
    await expect(stream.rest().catch(() => 'cut')).resolves.toBeDefined();
  });
});
