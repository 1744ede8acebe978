import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { expectedEndpoints } from './service-endpoints.ts';

function pod(
  name: string,
  {
    ready = true,
    ports = [] as object[],
    ...rest
  }: { ready?: boolean; ports?: object[]; labels?: object; metadata?: object; phase?: string } = {},
) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: rest.labels ?? { app: 'web' }, ...rest.metadata },
    spec: { containers: [{ name: 'web', ports }] },
    status: { phase: rest.phase ?? 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

function evaluate(spec: object, pods: object[]) {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec };
  const snapshot = buildSnapshot(fixtureInput({ objects: [service, ...pods] }));
  const found = expectedEndpoints(
    snapshot.topology.pods,
    snapshot.objects.get('Service', 'shop', 'web') as ObjectOf<'Service'>,
  );
  return {
    ...found,
    pods: found.pods.map(({ metadata }) => metadata.name),
    ready: found.ready.map(({ metadata }) => metadata.name),
  };
}

const selector = { app: 'web' };

describe('expectedEndpoints', () => {
  it('takes live Pods the selector matches, and the Ready ones as receivers', () => {
    const pods = [
      pod('a'),
      pod('b', { ready: false }),
      pod('c', { metadata: { deletionTimestamp: '2026-03-01T09:00:00Z' } }),
      pod('d', { phase: 'Failed' }),
      pod('e', { labels: { app: 'api' } }),
    ];
    expect(evaluate({ selector, ports: [{ port: 80 }] }, pods)).toMatchObject({
      kind: 'selected',
      pods: ['a', 'b'],
      ready: ['a'],
    });
    expect(evaluate({ selector, publishNotReadyAddresses: true }, pods).ready).toEqual(['a', 'b']);
  });

  it('leaves Services without selector and aliases alone', () => {
    expect(evaluate({ ports: [{ port: 80 }] }, [pod('a')]).kind).toBe('manual');
    expect(evaluate({ type: 'ExternalName', externalName: 'db.example.com' }, [pod('a')]).kind).toBe('external');
  });

  it('resolves target ports by number, by default and by name', () => {
    const pods = [pod('a', { ports: [{ name: 'http', containerPort: 8080 }] })];
    const { ports } = evaluate(
      { selector, ports: [{ port: 80, targetPort: 8081 }, { port: 90 }, { port: 80, targetPort: 'http' }] },
      pods,
    );
    expect(ports.map(({ target, resolved }) => [target, resolved])).toEqual([
      [8081, [8081]],
      [90, [90]],
      ['http', [8080]],
    ]);
  });

  it('resolves a name per Pod and only for its protocol', () => {
    const pods = [
      pod('a', { ports: [{ name: 'http', containerPort: 8080 }] }),
      pod('b', { ports: [{ name: 'web', containerPort: 9090 }] }),
    ];
    const { ports } = evaluate(
      {
        selector,
        ports: [
          { port: 80, targetPort: 'http' },
          { port: 80, targetPort: 'http', protocol: 'UDP' },
        ],
      },
      pods,
    );
    expect(ports[0]).toMatchObject({ resolved: [8080] });
    expect(ports[0]?.unresolved.map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect(ports[1]).toMatchObject({ resolved: [], protocol: 'UDP' });
  });
});
