import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { describe, expect, it } from 'vitest';
import type { HeldObjects } from '../ports/cluster.ts';
import { heldTopology } from './held-topology.ts';

function held(objects: readonly KubeObject[]): HeldObjects {
  const of = (kind: string) => objects.filter((object) => object.kind === kind);
  const inNamespace = (kind: string, namespace: string) =>
    of(kind).filter(({ metadata }) => (metadata.namespace ?? '') === namespace);
  return {
    every: of,
    inNamespace,
    get: (kind: string, namespace: string | null | undefined, name: string) =>
      inNamespace(kind, namespace ?? '').find(({ metadata }) => metadata.name === name),
  } as HeldObjects;
}

function object(
  kind: string,
  name: string,
  { metadata = {}, ...rest }: { metadata?: object; spec?: object } = {},
): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', ...metadata }, ...rest };
}

function ownedBy(kind: string, name: string) {
  return { ownerReferences: [{ kind, name, controller: true }] };
}

const app = { app: 'web' };
const template = {
  metadata: { labels: app },
  spec: { volumes: [{ persistentVolumeClaim: { claimName: 'uploads' } }] },
};
const CLUSTER = held([
  object('Deployment', 'web', { spec: { template } }),
  object('ReplicaSet', 'web-5d4f', { metadata: { name: 'web-5d4f', ...ownedBy('Deployment', 'web') } }),
  object('Pod', 'web-5d4f-abcde', {
    metadata: {
      name: 'web-5d4f-abcde',
      labels: { ...app, 'pod-template-hash': '5d4f' },
      ...ownedBy('ReplicaSet', 'web-5d4f'),
    },
    spec: { nodeName: 'node-1' },
  }),
  object('Pod', 'web-77aa-abcde', {
    metadata: {
      name: 'web-77aa-abcde',
      labels: { ...app, 'pod-template-hash': '77aa' },
      ...ownedBy('ReplicaSet', 'web-77aa'),
    },
  }),
  object('Service', 'web', { spec: { selector: app } }),
  object('Service', 'headless', { spec: {} }),
  object('Ingress', 'shop', { spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] } }),
  object('PersistentVolumeClaim', 'uploads'),
  object('PersistentVolumeClaim', 'data-db-0'),
  object('PersistentVolumeClaim', 'data-db-extra-0'),
  object('HorizontalPodAutoscaler', 'web', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } }),
  object('StatefulSet', 'db', {
    spec: { template: { metadata: { labels: { app: 'db' } } }, volumeClaimTemplates: [{ metadata: { name: 'data' } }] },
  }),
  object('Deployment', 'web', { metadata: { name: 'web', namespace: 'other' }, spec: { template } }),
  object('Pod', 'mirror', { metadata: { name: 'mirror', ...ownedBy('Node', 'node-1') }, spec: { nodeName: 'node-1' } }),
]);
const topology = heldTopology(CLUSTER);

function root(kind: string, name: string, namespace = 'shop'): string | null {
  const found = topology.rootOwner({ kind, namespace, name });
  return found && formatSubject(found);
}

function near(kind: string, name: string, namespace: string | undefined = 'shop'): string[] {
  const subject: Subject = { kind, name, ...(namespace ? { namespace } : {}) };
  return topology.neighbours(subject).map(({ relation }) => relation);
}

describe('rootOwner', () => {
  it('climbs to the top, past a ReplicaSet that is not held, and not to a Node', () => {
    expect(root('Pod', 'web-5d4f-abcde')).toBe('Deployment shop/web');
    expect(root('Pod', 'web-77aa-abcde')).toBe('Deployment shop/web');
    expect(root('Pod', 'mirror')).toBe('Pod shop/mirror');
    expect(root('Service', 'web')).toBe('Service shop/web');
  });

  it('knows the maker of a Pod that is gone by its name, and nothing of what never was', () => {
    expect(root('Pod', 'web-99bb-zzzzz')).toBe('Deployment shop/web');
    expect(root('Pod', 'db-3')).toBe('StatefulSet shop/db');
    expect(root('Pod', 'stranger')).toBeNull();
    expect(root('Deployment', 'web', 'nowhere')).toBeNull();
  });
});

describe('neighbours', () => {
  it('of a workload are its Services, autoscaler, claims and Nodes, of its own namespace', () => {
    expect(near('Deployment', 'web')).toEqual([
      'is selected by Service shop/web',
      'is scaled by HorizontalPodAutoscaler shop/web',
      'mounts PersistentVolumeClaim shop/uploads',
      'has Pods on Node node-1',
    ]);
    expect(near('StatefulSet', 'db')).toEqual(['mounts PersistentVolumeClaim shop/data-db-0']);
  });

  it('of everything else are what it leads to', () => {
    expect(near('Service', 'web')).toEqual(['selects Deployment shop/web', 'is behind Ingress shop/shop']);
    expect(near('Service', 'headless')).toEqual([]);
    expect(near('Ingress', 'shop')).toEqual(['routes to Service shop/web']);
    expect(near('PersistentVolumeClaim', 'uploads')).toEqual(['is mounted by Deployment shop/web']);
    expect(near('HorizontalPodAutoscaler', 'web')).toEqual(['scales Deployment shop/web']);
    expect(near('Node', 'node-1', undefined)).toEqual([
      'carries Pods of Deployment shop/web',
      'carries Pods of Pod shop/mirror',
    ]);
    expect(near('ConfigMap', 'any')).toEqual([]);
    expect(near('Deployment', 'gone')).toEqual([]);
  });
});
