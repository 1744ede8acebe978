import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from './snapshot.ts';

const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };
const named = { kind: 'Pod', namespace: 'shop', name: 'web-5d9c7b-x2x' } as const;

function pod(labels: Record<string, string>): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: named.name,
      namespace: 'shop',
      labels,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-5d9c7b', controller: true }],
    },
  };
}

describe('indexOwners without ReplicaSets', () => {
  it('climbs from a Pod to the Deployment its ReplicaSet is named after', () => {
    const { owners } = buildSnapshot(fixtureInput({ objects: [deployment, pod({ 'pod-template-hash': '5d9c7b' })] }));
    expect(formatSubject(owners.root(named))).toBe('Deployment shop/web');
    expect(owners.pods({ kind: 'Deployment', namespace: 'shop', name: 'web' }).length).toBe(1);
  });

  it('stays at the ReplicaSet when no Deployment of that name was read, or the Pod carries another hash', () => {
    const alone = buildSnapshot(fixtureInput({ objects: [pod({ 'pod-template-hash': '5d9c7b' })] }));
    const other = buildSnapshot(fixtureInput({ objects: [deployment, pod({ 'pod-template-hash': 'aaaaaa' })] }));
    expect(formatSubject(alone.owners.root(named))).toBe('ReplicaSet shop/web-5d9c7b');
    expect(formatSubject(other.owners.root(named))).toBe('ReplicaSet shop/web-5d9c7b');
  });
});
