import { AppError } from '@headwater/core/errors.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { describe, expect, it } from 'vitest';
import { fakeCluster, pod } from '../collect/test-cluster.ts';
import type { CachedObjects, ClusterReader } from '../ports/cluster.ts';
import type { Clusters } from '../ports/clusters.ts';
import { collectIncident } from './collect-incident.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const alert: Alert = {
  fingerprint: 'a',
  status: 'firing',
  labels: { alertname: 'Down', namespace: 'shop', pod: 'web' },
  annotations: {},
  startsAt: NOW - 60_000,
  endsAt: null,
};
const down = () => Promise.reject(new AppError('unavailable', 'connection refused'));

function clusters(cluster: ClusterReader | Error, held: CachedObjects | null = null): Clusters {
  const sources = () => (cluster instanceof Error ? Promise.reject(cluster) : Promise.resolve({ cluster }));
  return { names: () => ['prod'], get: (name) => (name === 'prod' ? { name, held: () => held, sources } : null) };
}

function collect(given: Clusters, more: { cluster?: string; signal?: AbortSignal } = {}) {
  return collectIncident(given, { cluster: 'prod', namespaces: ['shop'], alerts: [alert], now: NOW, ...more });
}

describe('collecting around an incident', () => {
  it('takes what informers hold and lists nothing', async () => {
    const cluster = fakeCluster({ list: () => ({ state: 'read', objects: [pod('stray')], cut: null }) });
    const held = { objects: [pod('web')], kinds: [{ kind: 'Pod', state: 'read' as const, message: '' }] };
    const input = await collect(clusters(cluster, held));
    expect(input.objects.map(({ metadata }) => metadata.name)).toEqual(['web']);
    expect(cluster.asked.filter((asked) => !asked.startsWith('log'))).toEqual([]);
  });

  it('lists while informers are not there yet', async () => {
    const cluster = fakeCluster({
      list: ({ resource }) => ({ state: 'read', objects: resource.kind === 'Pod' ? [pod('web')] : [], cut: null }),
    });
    expect((await collect(clusters(cluster))).objects).toHaveLength(1);
  });

  it('goes by the clock of the cluster, and by ours when it does not tell', async () => {
    const theirs = { ...fakeCluster(), time: () => Promise.resolve(NOW - 5_000) };
    expect((await collect(clusters(theirs))).now).toBe(NOW - 5_000);
    expect((await collect(clusters({ ...fakeCluster(), time: down }))).now).toBe(NOW);
  });

  it('knows that nothing was read when the API server is away, and proves no absence by it', async () => {
    const away = { ...fakeCluster(), resources: down, version: down, time: down };
    for (const input of [
      await collect(clusters(away)),
      await collect(clusters(new AppError('unauthenticated', 'expired'))),
    ]) {
      expect(input.alerts).toEqual([alert]);
      expect(input.sources.objects).toBe('unreachable');
      expect(input.coverage.every(({ state }) => state !== 'read')).toBe(true);
      expect(input.gaps.map(({ source }) => source)).toContain('cluster');
    }
  });

  it('lets a defect of ours be seen, and an end that was asked for', async () => {
    await expect(collect(clusters(new TypeError('a bug')))).rejects.toThrow('a bug');
    const away = { ...fakeCluster(), resources: down };
    await expect(collect(clusters(away), { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
