import { AppError } from '@headwater/core/errors.ts';
import { HOUR } from '@headwater/core/time.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { describe, expect, it } from 'vitest';
import { fakeCluster, pod } from '../collect/test-cluster.ts';
import type { CachedObjects, ClusterReader } from '../ports/cluster.ts';
import type { Clusters, ClusterView } from '../ports/clusters.ts';
import type { JournalWindow } from '../journal/window.ts';
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

  describe('a journal', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'flags', namespace: 'shop' } };
    const entries = [{ observedAt: NOW - 1_000, type: 'MODIFIED', object, complete: true }] as const;

    async function withJournal(journal: NonNullable<ClusterView['journal']>) {
      const { names, get } = clusters(fakeCluster());
      const view = get('prod');
      if (!view) throw new Error('the cluster is there');
      const input = await collect({ names, get: () => ({ ...view, journal, journalReach: HOUR }) });
      return { input, said: input.gaps.flatMap(({ source, statement }) => (source === 'history' ? [statement] : [])) };
    }

    it('is read for its reach, and only where the incident is', async () => {
      const asked: JournalWindow[] = [];
      const { input, said } = await withJournal((window) => {
        asked.push(window);
        return Promise.resolve({ entries, since: NOW - 2 * HOUR });
      });
      expect(asked).toEqual([{ from: NOW - HOUR, to: NOW, namespaces: ['shop'] }]);
      expect(input.journal).toEqual(entries);
      expect(input.sources.history).toBe('present');
      expect(said).toEqual([]);
    });

    it('says when it began too late, or could not be read, and hides no defect', async () => {
      const young = await withJournal(() => Promise.resolve({ entries: [], since: NOW - 60_000 }));
      expect(young.said).toEqual(['The journal of changes begins at 2026-03-01T09:59:00Z']);
      expect((await withJournal(() => Promise.resolve({ entries: [], since: null }))).said).toHaveLength(1);
      const away = await withJournal(down);
      expect(away.said).toEqual(['The journal of changes could not be read: connection refused']);
      expect(away.input.sources.history).toBeUndefined();
      await expect(withJournal(() => Promise.reject(new TypeError('a bug')))).rejects.toThrow('a bug');
    });

    it('is no gap where nobody keeps one', async () => {
      expect((await collect(clusters(fakeCluster()))).gaps.map(({ source }) => source)).not.toContain('history');
    });
  });

  it('lets a defect of ours be seen, and an end that was asked for', async () => {
    await expect(collect(clusters(new TypeError('a bug')))).rejects.toThrow('a bug');
    const away = { ...fakeCluster(), resources: down };
    await expect(collect(clusters(away), { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
