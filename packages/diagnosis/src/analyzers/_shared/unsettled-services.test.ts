import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { unsettledServices } from './unsettled-services.ts';

const PORT = { name: 'http', port: 80, targetPort: 'http' };

function pod(name: string, { labels = {}, ready = 'True', protocol = 'TCP', owner = 'web-1' } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      labels: { app: 'web', ...labels },
      ownerReferences: [{ kind: 'ReplicaSet', name: owner, uid: `uid-${owner}`, controller: true }],
    },
    spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080, protocol }] }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] },
  };
}

function unsettled(spec: object, pods: readonly object[] = [pod('web-0')]): readonly string[] {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [PORT], ...spec },
  };
  const snapshot = buildSnapshot(fixtureInput({ objects: [service, ...pods] }));
  return unsettledServices(snapshot).map(({ metadata }) => metadata.name);
}

describe('unsettledServices', () => {
  it.each([
    ['leads to a Ready Pod by name', {}, [pod('web-0')]],
    ['leads to a Ready Pod by number', { ports: [{ port: 80, targetPort: 8080 }] }, [pod('web-0')]],
    ['takes several Pods of one controller', {}, [pod('web-0'), pod('web-1')]],
    ['has no selector', { selector: null }, []],
    ['is an alias', { type: 'ExternalName' }, []],
  ])('leaves out a Service that %s', (_, spec, pods) => {
    expect(unsettled(spec, pods)).toEqual([]);
  });

  it.each([
    ['takes no Pod', { selector: { app: 'other' } }, [pod('web-0')]],
    ['takes no Ready Pod', {}, [pod('web-0', { ready: 'False' })]],
    ['names a port nobody declares', { ports: [{ ...PORT, targetPort: 'grpc' }] }, [pod('web-0')]],
    ['sends to a number nobody declares', { ports: [{ port: 80, targetPort: 9090 }] }, [pod('web-0')]],
    ['sends UDP', { ports: [{ ...PORT, protocol: 'UDP' }] }, [pod('web-0')]],
    ['leads to a Pod that speaks UDP', {}, [pod('web-0', { protocol: 'UDP' })]],
    ['takes Pods of two workloads', {}, [pod('web-0'), pod('api-0', { owner: 'api-1' })]],
  ])('keeps a Service that %s', (_, spec, pods) => {
    expect(unsettled(spec, pods)).toEqual(['web']);
  });

  it('sees that a Pod of the namespace is another one than before', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [PORT] },
    };
    const { objects, ...input } = fixtureInput({ objects: [service, pod('web-0')] });
    const failing = fixtureInput({ objects: [pod('web-0', { ready: 'False' })] }).objects;
    const seen = [objects, [...objects.filter(({ kind }) => kind === 'Service'), ...failing]].map(
      (present) => unsettledServices(buildSnapshot({ ...input, objects: present })).length,
    );
    expect(seen).toEqual([0, 1]);
  });
});
