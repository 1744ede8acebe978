import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { AppError } from '@headwater/core/errors.ts';
import { describe, expect, it } from 'vitest';
import type { WritableItem } from '../ports/recording.ts';
import type { LogArchive, LogLineBatch, TraceReader } from '../ports/telemetry.ts';
import { fakeCluster, linesThen, pod } from './test-cluster.ts';
import { type CollectRequest, clusterInput } from './from-cluster.ts';
import { clusterItems } from './record-cluster.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const WINDOW = { from: NOW - 3_600_000, to: NOW };

function request(changes: Partial<CollectRequest>): CollectRequest {
  return {
    sources: { cluster: fakeCluster() },
    now: NOW,
    alerts: [],
    subjects: [],
    namespaces: [],
    restrict: false,
    ...changes,
  };
}

function alert(namespace: string): Alert {
  return {
    fingerprint: namespace,
    status: 'firing',
    labels: { alertname: 'Down', namespace },
    annotations: {},
    startsAt: NOW,
    endsAt: null,
  };
}

const crashing = fakeCluster({
  list: ({ resource }) => {
    if (resource.kind === 'Node') return { state: 'forbidden', message: 'no' };
    return { state: 'read', objects: resource.kind === 'Pod' ? [pod('web', { ready: false })] : [], cut: null };
  },
  logs: () => ({
    state: 'read',
    lines: linesThen(['2026-03-01T09:59:00Z fatal: boom'], new AppError('unavailable', 'broke off')),
  }),
});

const refusing: LogArchive & TraceReader = {
  range: () => Promise.reject(new AppError('invalid', 'bad query')),
  search: () => Promise.reject(new AppError('invalid', 'bad search')),
  trace: () => Promise.reject(new AppError('invalid', 'bad id')),
  close: () => Promise.resolve(),
};

describe('clusterInput', () => {
  it('collects objects and logs; what is refused or breaks off is a gap, never a failure', async () => {
    const input = await clusterInput(
      request({ sources: { cluster: crashing, logArchive: refusing, traces: refusing }, alerts: [alert('shop')] }),
    );
    expect(input.objects).toHaveLength(1);
    expect(input.logs).toMatchObject([{ pod: 'web', totalLines: 1 }]);
    expect(input.sources).toEqual({ objects: 'present', logs: 'present', metrics: 'absent', traces: 'unreachable' });
    const gaps = input.gaps.map(({ statement }) => statement).join('\n');
    for (const text of [
      'Node objects may not be listed: no',
      'were not read to their end',
      'Archived logs could not be read: bad query',
      'Traces could not be read: bad search',
    ])
      expect(gaps).toContain(text);
  });

  it('never puts a label that is no namespace into a query', async () => {
    const queries: string[] = [];
    const logArchive: LogArchive = {
      range: (query) => (queries.push(query), Promise.resolve({ state: 'read', items: [], cut: null })),
      close: () => Promise.resolve(),
    };
    await clusterInput(
      request({ sources: { cluster: fakeCluster(), logArchive }, alerts: [alert('pay"} |= `x'), alert('shop')] }),
    );
    expect(queries).toEqual(['{namespace=~"shop"}']);
  });

  it('turns archived lines into logs of their Pods', async () => {
    const items: LogLineBatch[] = [
      { labels: { namespace: 'shop', pod: 'gone', container: 'app' }, lines: [[NOW, 'last words']] },
      { labels: {}, lines: [] },
    ];
    const logArchive: LogArchive = {
      range: () => Promise.resolve({ state: 'read', items, cut: null }),
      close: () => Promise.resolve(),
    };
    const { logs } = await clusterInput(
      request({ sources: { cluster: fakeCluster(), logArchive }, namespaces: ['shop'] }),
    );
    expect(logs).toMatchObject([{ pod: 'gone', lines: [{ time: NOW, text: 'last words' }] }]);
  });

  it('takes objects that informers hold instead of listing', async () => {
    const cluster = fakeCluster();
    await clusterInput(request({ sources: { cluster }, objects: { objects: [], coverage: [], gaps: [] } }));
    expect(cluster.asked).toEqual([]);
  });

  it('throws when it is stopped, instead of giving half of everything', async () => {
    await expect(clusterInput(request({ signal: AbortSignal.abort('stop') }))).rejects.toBe('stop');
  });
});

describe('clusterItems', () => {
  it('writes objects, what was listed and refused, alerts, and logs up to where they break', async () => {
    const items: WritableItem[] = [];
    const lines: string[] = [];
    for await (const item of clusterItems({
      ...request({ sources: { cluster: crashing }, alerts: [alert('shop')] }),
      window: WINDOW,
    })) {
      items.push(item);
      if (item.type === 'log') for await (const line of item.lines) lines.push(line);
    }
    expect(lines).toEqual(['2026-03-01T09:59:00Z fatal: boom']);
    expect(items.filter(({ type }) => type === 'alert')).toHaveLength(1);
    const listed = items.flatMap((item) => (item.type === 'listed' ? [item.listed] : []));
    expect(listed).toContainEqual({ apiVersion: 'v1', kind: 'Pod', namespace: undefined, namespaces: ['shop'] });
    expect(listed.find(({ kind }) => kind === 'Event')?.apiVersion).toBe('v1');
    expect(items.flatMap((item) => (item.type === 'refused' ? [item.refused] : []))).toMatchObject([
      { kind: 'Node', state: 'forbidden', message: 'Node objects may not be listed: no' },
    ]);
    expect(items.flatMap((item) => (item.type === 'gap' ? [item.gap.statement] : []))).toEqual([
      'The log of shop/web/app was not read to its end: broke off',
    ]);
  });

  it('fails when it is stopped', async () => {
    const items = clusterItems({ ...request({ signal: AbortSignal.abort('stop') }), window: WINDOW });
    await expect(items.next()).rejects.toBe('stop');
  });
});

describe('clusterInput from held objects', () => {
  const silent = { ...fakeCluster(), version: () => Promise.reject(new AppError('unavailable', 'connection refused')) };
  const held = { objects: [pod('web')], coverage: [{ kind: 'Pod', state: 'read' as const }], gaps: [] };

  it('goes on without the server version', async () => {
    const input = await clusterInput(request({ sources: { cluster: silent }, objects: held }));
    expect(input.cluster).toEqual({ name: 'fake' });
    expect(input.sources.objects).toBe('present');
  });

  it('still refuses when nothing is held', async () => {
    await expect(clusterInput(request({ sources: { cluster: silent } }))).rejects.toThrow('connection refused');
  });

  it('does not call objects read when no kind was', async () => {
    const none = { objects: [], coverage: [{ kind: 'Pod', state: 'unreachable' as const }], gaps: [] };
    const input = await clusterInput(request({ sources: { cluster: silent }, objects: none }));
    expect(input.sources.objects).toBe('unreachable');
  });
});
