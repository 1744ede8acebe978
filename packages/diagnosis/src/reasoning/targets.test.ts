import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { resolveTargets } from './targets.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'd1' },
};
const replicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'web-5d9c8b7f6',
    namespace: 'shop',
    uid: 'r1',
    ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd1', controller: true }],
  },
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-5d9c8b7f6-x2x2x',
    namespace: 'shop',
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d9c8b7f6', uid: 'r1', controller: true }],
  },
};
const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'worker-1' },
  status: { addresses: [{ type: 'InternalIP', address: '10.0.0.7' }] },
};
const widget = { apiVersion: 'acme.io/v1', kind: 'Widget', metadata: { name: 'blue', namespace: 'shop' } };

const monitoring = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'monitoring' } };
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { rules: [{ host: 'www.shop.example' }, { host: 'old.shop.example' }] },
};
const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'api', namespace: 'shop' },
  spec: { hostnames: ['api.shop.example'] },
};

function targetsOf(labels: Record<string, string>): string[] {
  const input = fixtureInput({
    objects: [deployment, replicaSet, pod, node, widget, monitoring, ingress, route],
    alerts: [{ labels: { alertname: 'A', ...labels } }],
  });
  return resolveTargets(buildSnapshot(input)).map(
    ({ subject, exists }) => `${formatSubject(subject)}${exists ? '' : ' (gone)'}`,
  );
}

describe('reasoning/targets', () => {
  it('climbs from the alerted Pod to the top of its owner chain', () => {
    expect(targetsOf({ namespace: 'shop', pod: 'web-5d9c8b7f6-x2x2x', container: 'web' })).toEqual([
      'Deployment shop/web',
    ]);
  });

  it('finds the owner of a Pod that is gone by how Pod names are made', () => {
    expect(targetsOf({ namespace: 'shop', pod: 'web-5d9c8b7f6-gone1' })).toEqual(['Deployment shop/web']);
    expect(targetsOf({ namespace: 'shop', pod: 'web-aaaaaaaaa-gone1' })).toEqual(['Deployment shop/web']);
  });

  it('resolves a node by name and by the address an exporter is scraped at', () => {
    expect(targetsOf({ node: 'worker-1' })).toEqual(['Node worker-1']);
    expect(targetsOf({ instance: '10.0.0.7:9100', job: 'node-exporter' })).toEqual(['Node worker-1']);
  });

  it('knows any kind the cluster has, custom resources included', () => {
    expect(targetsOf({ namespace: 'shop', widget: 'blue' })).toEqual(['Widget shop/blue']);
  });

  it('keeps a name that matches nothing as a missing target', () => {
    expect(targetsOf({ namespace: 'shop', deployment: 'basket' })).toEqual(['Deployment shop/basket (gone)']);
  });

  it('prefers the exported namespace over the scraper’s own', () => {
    expect(targetsOf({ namespace: 'monitoring', exported_namespace: 'shop', deployment: 'web' })).toEqual([
      'Deployment shop/web',
    ]);
  });

  it.each([
    ['https://www.shop.example/', ['Ingress shop/web']],
    ['https://WWW.shop.example:8443/cart?id=1', ['Ingress shop/web']],
    ['http://api.shop.example/health', ['HTTPRoute shop/api']],
  ])('finds what routes the probed address %s', (instance, targets) => {
    expect(targetsOf({ instance, job: 'blackbox', namespace: 'monitoring' })).toEqual(targets);
    expect(targetsOf({ target: instance, job: 'blackbox' })).toEqual(targets);
  });

  it('takes neither the prober nor its namespace for what a probe of an unknown host is about', () => {
    const elsewhere = { instance: 'https://www.elsewhere.example/', namespace: 'monitoring' };
    expect(targetsOf(elsewhere)).toEqual([]);
    expect(targetsOf({ ...elsewhere, instance: 'www.shop.example' })).toEqual(['Namespace monitoring']);
  });
});
