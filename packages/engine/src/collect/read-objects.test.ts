import { describe, expect, it } from 'vitest';
import { fakeCluster, pod } from './test-cluster.ts';
import { heldObjects } from './held-objects.ts';
import { readObjects } from './read-objects.ts';

const WHOLE = { namespaces: [], restrict: false };

describe('readObjects', () => {
  it('lists each kind over all namespaces, Leases only where Nodes and the control plane keep theirs', async () => {
    const cluster = fakeCluster({
      list: ({ resource }) => ({ state: 'read', objects: resource.kind === 'Pod' ? [pod('a')] : [], cut: null }),
    });
    const progress: string[] = [];
    const read = await readObjects({
      cluster,
      ...WHOLE,
      onKind: (_, done, total) => progress.push(`${done}/${total}`),
    });
    expect(cluster.asked.toSorted()).toEqual([
      'coordination.k8s.io/v1 Lease kube-node-lease',
      'coordination.k8s.io/v1 Lease kube-system',
      'v1 Event *',
      'v1 Node *',
      'v1 Pod *',
    ]);
    expect(read.objects).toHaveLength(1);
    expect(read.coverage).toContainEqual({ kind: 'Pod', state: 'read' });
    expect(read.coverage).toContainEqual({ kind: 'Lease', namespace: 'kube-system', state: 'read' });
    expect(read.gaps).toEqual([]);
    expect(progress.at(-1)).toBe('4/4');
  });

  it('falls back to namespaces for a kind that is refused over all of them', async () => {
    const cluster = fakeCluster({
      list: ({ namespace, resource }) =>
        resource.kind === 'Pod' && namespace !== 'shop'
          ? { state: 'forbidden', message: 'no' }
          : { state: 'read', objects: [], cut: null },
    });
    const read = await readObjects({ cluster, namespaces: ['shop', 'pay'], restrict: false });
    expect(read.coverage.filter(({ kind }) => kind === 'Pod')).toEqual([
      { kind: 'Pod', namespace: 'shop', state: 'read' },
      { kind: 'Pod', namespace: 'pay', state: 'forbidden' },
    ]);
    expect(read.gaps.map(({ statement }) => statement)).toEqual(['Pod objects in pay may not be listed: no']);
  });

  it('never asks beyond its namespaces when restricted, cluster-scoped kinds apart', async () => {
    const cluster = fakeCluster();
    await readObjects({ cluster, namespaces: ['shop'], restrict: true });
    expect(cluster.asked.filter((text) => text.endsWith('*'))).toEqual(['v1 Node *']);
  });

  it('tells refusals, broken groups and cuts as gaps', async () => {
    const cluster = fakeCluster({
      failed: ['metrics.k8s.io/v1'],
      list: ({ resource }) =>
        resource.kind === 'Node'
          ? { state: 'unreachable', message: '503' }
          : { state: 'read', objects: [], cut: resource.kind === 'Pod' ? 'only the first 5' : null },
    });
    const { gaps, coverage } = await readObjects({ cluster, ...WHOLE });
    expect(gaps.map(({ statement }) => statement).toSorted()).toEqual([
      'Cut: only the first 5',
      'Node objects could not be read: 503',
      'The API group metrics.k8s.io/v1 does not answer discovery',
    ]);
    expect(coverage).toContainEqual({ kind: 'Node', state: 'unreachable' });
  });
});

describe('heldObjects', () => {
  it('gives what informers hold the shape of a fresh read', () => {
    const held = heldObjects({
      objects: [pod('a')],
      kinds: [
        { kind: 'Pod', state: 'read', message: '' },
        { kind: 'Secret', state: 'forbidden', message: 'no' },
        { kind: 'Job', state: 'unreachable', message: 'reset' },
      ],
    });
    expect(held.coverage).toEqual([
      { kind: 'Pod', state: 'read' },
      { kind: 'Secret', state: 'forbidden' },
      { kind: 'Job', state: 'unreachable' },
    ]);
    expect(held.gaps.map(({ statement }) => statement)).toEqual([
      'Secret objects may not be listed: no',
      'Job objects cannot be followed: reset',
    ]);
  });
});
