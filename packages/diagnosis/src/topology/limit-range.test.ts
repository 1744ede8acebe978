import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { limitBreaches, parseLimitRefusal } from './limit-range.ts';

type Item = NonNullable<NonNullable<ObjectOf<'LimitRange'>['spec']>['limits']>[number];

function breaches(item: Item, resources: Record<string, Record<string, string>>) {
  const range: ObjectOf<'LimitRange'> = {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'r' },
    spec: { limits: [item] },
  };
  return limitBreaches(range, { containers: [{ name: 'app', resources }] });
}

describe('limitBreaches', () => {
  it('compares limits with max and requests with min', () => {
    const item = { type: 'Container', max: { cpu: '1' }, min: { memory: '100Mi' } };
    expect(breaches(item, { limits: { cpu: '2' }, requests: { memory: '50Mi' } })).toMatchObject([
      { bound: 'max', resource: 'cpu', limit: '1', actual: '2', container: 'app', byDefault: false },
      { bound: 'min', resource: 'memory', limit: '100Mi', actual: '50Mi' },
    ]);
    expect(breaches(item, { limits: { cpu: '1' }, requests: { memory: '100Mi' } })).toEqual([]);
  });

  it('applies its own defaults, which can clash with its own bounds', () => {
    expect(breaches({ type: 'Container', max: { memory: '1Gi' }, default: { memory: '2Gi' } }, {})).toMatchObject([
      { bound: 'max', actual: '2Gi', byDefault: true },
    ]);
    expect(breaches({ type: 'Container', max: { memory: '1Gi' }, default: { memory: '512Mi' } }, {})).toEqual([]);
  });

  it('checks the ratio and whole Pods', () => {
    expect(
      breaches(
        { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
        { limits: { cpu: '1' }, requests: { cpu: '250m' } },
      ),
    ).toMatchObject([{ bound: 'ratio', actual: '4' }]);
    expect(breaches({ type: 'Pod', max: { cpu: '1' } }, { limits: { cpu: '1500m' } })).toMatchObject([
      { type: 'Pod', container: null, actual: '1.5' },
    ]);
  });
});

describe('parseLimitRefusal', () => {
  it.each([
    [
      'maximum cpu usage per Container is 1, but limit is 2',
      { bound: 'max', resource: 'cpu', type: 'Container', limit: '1', actual: '2' },
    ],
    [
      'pods "a" is forbidden: minimum memory usage per Pod is 100Mi, but request is 50Mi.',
      { bound: 'min', resource: 'memory', type: 'Pod', limit: '100Mi', actual: '50Mi' },
    ],
    [
      'maximum memory usage per Container is 1Gi.  No limit is specified',
      { bound: 'max', resource: 'memory', type: 'Container', limit: '1Gi', actual: null },
    ],
    [
      'cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000',
      { bound: 'ratio', resource: 'cpu', type: 'Container', limit: '2', actual: '4.000000' },
    ],
    [
      'maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 10Gi',
      { bound: 'max', resource: 'storage', type: 'PersistentVolumeClaim', limit: '5Gi', actual: '10Gi' },
    ],
  ])('%s', (message, expected) => expect(parseLimitRefusal(message)).toEqual(expected));

  it('leaves quota texts alone', () =>
    expect(parseLimitRefusal('exceeded quota: q, requested: cpu=1, used: cpu=1, limited: cpu=1')).toBeNull());
});
