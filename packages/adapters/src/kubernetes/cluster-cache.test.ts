import { answerJson, fakeServer, until } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { openClusterCache } from './cluster-cache.ts';
import { list, pod, PODS, SECRETS } from './test-api.ts';

describe('cluster cache', () => {
  it('holds what it may see and says what it may not', async () => {
    await using server = await fakeServer(({ path, query, response }) => {
      if (path.endsWith('/secrets')) return answerJson(response, 403, { message: 'secrets is forbidden' });
      if (path.endsWith('/gone')) return answerJson(response, 404, { message: 'not found' });
      if (path.endsWith('/broken')) return answerJson(response, 503, { message: 'no backend' });
      return query.has('watch') ? response.writeHead(200).flushHeaders() : list([pod('a')], '1');
    });
    const config = {
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: server.url } }],
      users: [{ name: 'c', user: {} }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
    };
    const resources = [
      PODS,
      SECRETS,
      { ...PODS, kind: 'Gone', plural: 'gone' },
      { ...PODS, kind: 'Broken', plural: 'broken' },
    ];
    const retried = new Set<string>();
    const seen: string[] = [];
    const cache = await openClusterCache({
      resources,
      random: () => -0.499,
      onRetry: (kind) => retried.add(kind),
      onChange: (type, { kind, metadata }) => seen.push(`${type} ${kind} ${metadata.name}`),
      kubeconfigText: JSON.stringify(config),
      env: {},
      clock: Date.now,
    });
    await cache.ready();
    await until(() => retried.size === 3);
    const { objects, kinds } = cache.held();
    expect(seen).toEqual(['ADDED Pod a']);
    expect(cache.lookup.get('Pod', objects[0]?.metadata.namespace, 'a')).toBe(objects[0]);
    await cache.stop();
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(kinds.map(({ kind, state }) => [kind, state])).toEqual([
      ['Pod', 'read'],
      ['Secret', 'forbidden'],
      ['Gone', 'read'],
      ['Broken', 'unreachable'],
    ]);
    expect(kinds[1]?.message).toContain('secrets is forbidden');
  });

  it('follows kinds that come later, each once', async () => {
    await using server = await fakeServer(({ path, query, response }) => {
      if (query.has('watch')) return response.writeHead(200).flushHeaders();
      return list([pod(path.endsWith('/widgets') ? 'w' : 'a')], '1');
    });
    const config = {
      'current-context': 'c',
      clusters: [{ name: 'c', cluster: { server: server.url } }],
      users: [{ name: 'c', user: {} }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
    };
    const seen: string[] = [];
    const cache = await openClusterCache({
      resources: [PODS],
      random: () => 0.5,
      onChange: (type, { kind, metadata }) => seen.push(`${type} ${kind} ${metadata.name}`),
      kubeconfigText: JSON.stringify(config),
      env: {},
      clock: Date.now,
    });
    await cache.ready();
    const widgets = { ...PODS, apiVersion: 'example.com/v1', kind: 'Widget', plural: 'widgets' };
    cache.follow([PODS, widgets]);
    cache.follow([{ ...widgets, apiVersion: 'example.com/v2' }]);
    await until(() => seen.length === 2);
    expect(seen).toEqual(['ADDED Pod a', 'ADDED Widget w']);
    expect(cache.held().kinds.map(({ kind }) => kind)).toEqual(['Pod', 'Widget']);
    await cache.stop();
    cache.follow([{ ...widgets, plural: 'others' }]);
    expect(cache.held().kinds).toHaveLength(2);
  });
});
