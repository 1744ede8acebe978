import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { openHoldings } from './holdings.ts';

function object(kind: string, namespace: string | undefined, name: string, labels = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, labels, ...(namespace ? { namespace } : {}) } };
}

describe('holdings', () => {
  it('finds by name, by namespace and by kind, the latest version of each', () => {
    const { apply, lookup } = openHoldings();
    apply('ADDED', object('Pod', 'shop', 'web'));
    apply('ADDED', object('Pod', 'data', 'db'));
    apply('ADDED', object('Node', undefined, 'node-1'));
    apply('MODIFIED', object('Pod', 'shop', 'web', { app: 'web' }));
    expect(lookup.get('Pod', 'shop', 'web')?.metadata.labels).toEqual({ app: 'web' });
    expect(lookup.get('Node', null, 'node-1')?.kind).toBe('Node');
    expect(lookup.get('Pod', 'data', 'web')).toBeUndefined();
    expect(lookup.inNamespace('Pod', 'shop')).toHaveLength(1);
    expect(lookup.every('Pod').map(({ metadata }) => metadata.name)).toEqual(['web', 'db']);
    expect(lookup.every('Service')).toEqual([]);
  });

  it('forgets what was deleted', () => {
    const { apply, lookup } = openHoldings();
    apply('ADDED', object('Pod', 'shop', 'web'));
    apply('DELETED', object('Pod', 'shop', 'web'));
    apply('DELETED', object('Pod', 'shop', 'never-seen'));
    expect(lookup.every('Pod')).toEqual([]);
    expect(lookup.inNamespace('Pod', 'shop')).toEqual([]);
  });
});
