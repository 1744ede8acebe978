import { describe, expect, it } from 'vitest';
import { resource } from './test-cluster.ts';
import { kindsToRead } from './kinds-to-read.ts';

function chosen(...served: ReturnType<typeof resource>[]): string[] {
  return kindsToRead(served).resources.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
}

describe('kindsToRead', () => {
  it('takes known kinds once and leaves out what is served twice, computed or about requests', () => {
    expect(
      chosen(
        resource('v1', 'Event'),
        resource('events.k8s.io/v1', 'Event'),
        resource('metrics.k8s.io/v1', 'PodMetrics'),
        resource('v1', 'ComponentStatus'),
      ),
    ).toEqual(['v1 Event']);
    expect(chosen(resource('apps/v1', 'ControllerRevision'), resource('apps/v1', 'Deployment'))).toHaveLength(2);
  });

  it('takes custom kinds, also one that is named like a built-in kind', () => {
    expect(
      chosen(
        resource('v1', 'Service'),
        resource('serving.example.dev/v1', 'Service'),
        resource('acme.example/v1', 'Widget'),
      ),
    ).toEqual(['v1 Service', 'serving.example.dev/v1 Service', 'acme.example/v1 Widget']);
  });

  it('leaves out custom kinds beyond eighty, those that analyzers read last, and names them', () => {
    const many = Array.from({ length: 85 }, (_, index) => resource('acme.example/v1', `Widget${index}`));
    const { resources, omitted } = kindsToRead([...many, resource('networking.istio.io/v1', 'VirtualService')]);
    expect(resources).toHaveLength(80);
    expect(resources[0]?.kind).toBe('VirtualService');
    expect(omitted).toEqual(['Widget79', 'Widget80', 'Widget81', 'Widget82', 'Widget83', 'Widget84']);
  });
});
