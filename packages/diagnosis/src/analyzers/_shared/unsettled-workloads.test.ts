import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { tiedWorkloads, unsettledOfAll, unsettledWorkloads } from './unsettled-workloads.ts';

const COUNTS = { replicas: 2, readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2, observedGeneration: 3 };

function isUnsettled(
  kind: 'Deployment' | 'StatefulSet' | 'ReplicaSet',
  { spec = {}, status = {} }: { spec?: object; status?: object },
): boolean {
  const object = {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: 'web', namespace: 'shop', generation: 3 },
    spec: { replicas: 2, ...spec },
    status: { ...COUNTS, ...status },
  };
  const found = unsettledWorkloads(buildSnapshot(fixtureInput({ objects: [object] })));
  return [...found.deployments, ...found.statefulSets, ...found.replicaSets].length === 1;
}

describe('unsettledWorkloads', () => {
  it.each(['Deployment', 'StatefulSet', 'ReplicaSet'] as const)('leaves out a %s that has what it wants', (kind) => {
    expect(isUnsettled(kind, {})).toBe(false);
  });

  it('leaves out the ReplicaSet of a former revision', () => {
    const status = { replicas: 0, readyReplicas: undefined };
    expect(isUnsettled('ReplicaSet', { spec: { replicas: 0 }, status })).toBe(false);
  });

  it.each([
    ['wants no Pods', { spec: { replicas: 0 } }],
    ['does not say what it wants', { spec: { replicas: undefined } }],
    ['is paused', { spec: { paused: true } }],
    ['lacks a Pod', { status: { replicas: 1 } }],
    ['has a Pod that is not ready', { status: { readyReplicas: 1 } }],
    ['has a Pod that is not available', { status: { availableReplicas: 1 } }],
    ['has a Pod of the former template', { status: { updatedReplicas: 1 } }],
    ['was edited since its controller looked', { status: { observedGeneration: 2 } }],
    ['makes no progress', { status: { conditions: [{ type: 'Progressing', status: 'False' }] } }],
    ['is refused Pods', { status: { conditions: [{ type: 'ReplicaFailure', status: 'True' }] } }],
  ])('keeps a Deployment that %s', (_, change) => {
    expect(isUnsettled('Deployment', change)).toBe(true);
  });

  it('keeps a StatefulSet on its way to another revision', () => {
    expect(isUnsettled('StatefulSet', { status: { currentRevision: 'web-1', updateRevision: 'web-2' } })).toBe(true);
  });
});

it('keeps every DaemonSet', () => {
  const object = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'shop' } };
  const found = unsettledOfAll(buildSnapshot(fixtureInput({ objects: [object] })));
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['agent']);
});

it('tells the workloads whose template names a claim or a Node', () => {
  const objects = [
    ['free', {}],
    ['claiming', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }],
    ['bound', { nodeName: 'node-1' }],
  ].map(([name, spec]) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { template: { spec } },
  }));
  const found = tiedWorkloads(buildSnapshot(fixtureInput({ objects })));
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['bound', 'claiming']);
});
