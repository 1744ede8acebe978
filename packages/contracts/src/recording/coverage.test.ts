import { expect, it } from 'vitest';
import type { KubeObject } from '../kube/kinds.ts';
import { coveredKinds, type ListedKind } from './coverage.ts';

function object(kind: string, namespace: string | undefined, name: string): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, ...(namespace ? { namespace } : {}) } };
}

function list(kind: string, namespaces: string[] = [], folder?: string): ListedKind {
  return { apiVersion: 'v1', kind, namespaces, ...(folder ? { folder } : {}) };
}

it('takes an object as proof that its kind was listed in its namespace only', () => {
  expect(coveredKinds([], [object('Pod', 'shop', 'web'), object('Node', undefined, 'n1')])).toEqual([
    { kind: 'Node' },
    { kind: 'Pod', namespace: 'shop' },
  ]);
});

it('takes an empty list as asked everywhere, but in a namespace folder as asked there', () => {
  const objects = [object('Pod', 'shop', 'web'), object('Namespace', undefined, 'idle')];
  const lists = [
    list('Secret'),
    list('ConfigMap', [], 'shop'),
    list('Ingress', [], 'idle'),
    list('Job', [], 'workloads'),
  ];
  expect(coveredKinds(lists, objects)).toEqual([
    { kind: 'ConfigMap', namespace: 'shop' },
    { kind: 'Ingress', namespace: 'idle' },
    { kind: 'Job' },
    { kind: 'Namespace' },
    { kind: 'Pod', namespace: 'shop' },
    { kind: 'Secret' },
  ]);
});

it('takes a list over several namespaces as asked everywhere, and over one as asked there', () => {
  const objects = [object('Pod', 'a', 'p'), object('Pod', 'b', 'p'), object('Service', 'a', 's')];
  expect(coveredKinds([list('Pod', ['a', 'b']), list('Service', ['a'])], objects)).toEqual([
    { kind: 'Pod' },
    { kind: 'Pod', namespace: 'a' },
    { kind: 'Pod', namespace: 'b' },
    { kind: 'Service', namespace: 'a' },
  ]);
});

it('gives the same answer in any order', () => {
  const objects = [object('Pod', 'b', 'p'), object('Node', undefined, 'n'), object('Pod', 'a', 'p')];
  const lists = [list('Secret'), list('Pod', ['a', 'b'])];
  expect(coveredKinds(lists.toReversed(), objects.toReversed())).toEqual(coveredKinds(lists, objects));
});
