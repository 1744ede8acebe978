import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { indexObjects } from './objects.ts';

function indexed(...paths: readonly string[]) {
  const objects = paths.map((path, at) => {
    const [kind, namespace, name] = path.split('/');
    return { apiVersion: 'v1', kind, metadata: { namespace, name, uid: `uid-${at}` } };
  });
  return indexObjects(fixtureInput({ objects }).objects, []);
}

function paths(objects: readonly KubeObject[]): string[] {
  return objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`);
}

describe('indexObjects', () => {
  it('lists what came in any order by kind, namespace and name', () => {
    const index = indexed('Pod/shop/b', 'ConfigMap/shop/z', 'Pod/shop-a/c', 'Pod/shop/a', 'Pod/apps/d');
    expect(paths(index.all)).toEqual(['ConfigMap/shop/z', 'Pod/apps/d', 'Pod/shop-a/c', 'Pod/shop/a', 'Pod/shop/b']);
    expect(index.names('Pod', 'shop')).toEqual(['a', 'b']);
  });

  it('keeps the first of two objects of one identity, wherever the second stands', () => {
    const index = indexed('Pod/shop/b', 'Pod/shop/b', 'Pod/shop/a', 'Pod/shop/c', 'Pod/shop/b');
    expect(index.count).toBe(3);
    expect(index.get('Pod', 'shop', 'b')?.metadata.uid).toBe('uid-0');
    expect(index.list('Pod').map(({ metadata }) => metadata.uid)).toEqual(['uid-2', 'uid-0', 'uid-3']);
    expect(index.unordered('Pod').length).toBe(3);
  });
});
