import { expect, it } from 'vitest';
import { neighboursByName, rootByName } from './by-name.ts';

it.each([
  ['Pod', 'checkout-7d9f8b6c5d-x2x4z', 'Deployment', 'checkout'],
  ['Pod', 'my-app-v2-5c8d9bcf67-4zk7m', 'Deployment', 'my-app-v2'],
  ['Pod', 'postgres-0', 'StatefulSet', 'postgres'],
  ['Pod', 'backup-29012345-abcde', 'Pod', 'backup-29012345-abcde'],
  ['Pod', 'backup-29012345-x7k2p', 'CronJob', 'backup'],
  ['Pod', 'standalone', 'Pod', 'standalone'],
  ['Pod', 'worker-api-server', 'Pod', 'worker-api-server'],
  ['ReplicaSet', 'checkout-7d9f8b6c5d', 'Deployment', 'checkout'],
  ['Job', 'backup-29012345', 'CronJob', 'backup'],
  ['Job', 'migrate', 'Job', 'migrate'],
  ['Node', 'ip-10-0-0-1', 'Node', 'ip-10-0-0-1'],
])('%s %s belongs to %s %s', (kind, name, rootKind, rootName) => {
  expect(rootByName({ kind, namespace: 'shop', name })).toEqual({ kind: rootKind, namespace: 'shop', name: rootName });
});

it('relates a workload to what carries its name in its namespace', () => {
  expect(neighboursByName({ kind: 'Service', namespace: 'shop', name: 'cart' })[0]).toEqual({
    subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
    relation: 'has the name of Deployment shop/cart',
  });
  expect(
    neighboursByName({ kind: 'Deployment', namespace: 'shop', name: 'cart' }).map(({ subject }) => subject.kind),
  ).toEqual(['Service', 'HorizontalPodAutoscaler', 'Ingress']);
  expect(neighboursByName({ kind: 'Node', name: 'n' })).toEqual([]);
});
