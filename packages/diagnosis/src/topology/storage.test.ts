import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { indexObjects, type ObjectIndex } from '../snapshot/objects.ts';
import { defaultClasses, isFor, isStatic, volumeMismatches, waitsForConsumer } from './storage.ts';

type Fields = Record<string, unknown>;

function index(volume: Fields, claim: Fields = {}, others: Fields[] = []): ObjectIndex {
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv', labels: { tier: 'slow' } },
      spec: { capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'manual', ...volume },
      status: { phase: 'Available' },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop', uid: 'u1' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '5Gi' } },
        storageClassName: 'manual',
        ...claim,
      },
    },
    ...others,
  ];
  return indexObjects(fixtureInput({ objects }).objects, []);
}

function mismatches(volume: Fields, claim?: Fields): string[] {
  const objects = index(volume, claim);
  const [pv, pvc] = [objects.get('PersistentVolume', null, 'pv'), objects.get('PersistentVolumeClaim', 'shop', 'data')];
  if (!pv || !pvc) throw new Error('objects missing');
  return volumeMismatches(pv, pvc).map(({ kind, wanted, found }) => `${kind}: ${wanted} / ${found}`);
}

describe('volumeMismatches', () => {
  it('accepts a larger volume with more modes', () =>
    expect(mismatches({ accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] })).toEqual([]));

  it.each([
    [{}, { resources: { requests: { storage: '20Gi' } } }, ['capacity: 20Gi / 10Gi']],
    [{ accessModes: ['ReadOnlyMany'] }, {}, ['access-mode: ReadWriteOnce / ReadOnlyMany']],
    [{ storageClassName: '' }, {}, ['class: manual / ']],
    [{}, { selector: { matchLabels: { tier: 'fast' } } }, ['selector: tier=fast / tier=slow']],
    [{ volumeMode: 'Block' }, {}, ['volume-mode: Filesystem / Block']],
    [{ claimRef: { namespace: 'shop', name: 'other' } }, {}, ['taken: data / shop/other']],
    [{ claimRef: { namespace: 'shop', name: 'data', uid: 'old' } }, {}, ['taken: data / shop/data']],
    [{ claimRef: { namespace: 'shop', name: 'data' } }, {}, []],
  ])('%j for %j', (volume, claim, expected) => expect(mismatches(volume, claim)).toEqual(expected));

  it('says nothing about fields that were not read', () =>
    expect(mismatches({ capacity: undefined, accessModes: undefined }, { resources: undefined })).toEqual([]));
});

describe('classes', () => {
  const claim = (objects: ObjectIndex) => {
    const found = objects.get('PersistentVolumeClaim', 'shop', 'data');
    if (!found) throw new Error('claim missing');
    return found;
  };
  const storageClass = (fields: Fields, annotations: Fields = {}): Fields => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'manual', annotations },
    ...fields,
  });

  it('finds the default class by its annotation', () => {
    const objects = index({}, {}, [storageClass({}, { 'storageclass.kubernetes.io/is-default-class': 'true' })]);
    expect(defaultClasses(objects).map(({ metadata }) => metadata.name)).toEqual(['manual']);
    expect(defaultClasses(index({}, {}, [storageClass({})]))).toEqual([]);
  });

  it('tells waiting for a consumer from waiting for a volume', () => {
    const lazy = index({}, {}, [
      storageClass({ provisioner: 'csi.example.com', volumeBindingMode: 'WaitForFirstConsumer' }),
    ]);
    expect(waitsForConsumer(lazy, claim(lazy))).toBe(true);
    expect(isStatic(lazy, claim(lazy))).toBe(false);
    const manual = index({}, {}, [storageClass({ provisioner: 'kubernetes.io/no-provisioner' })]);
    expect(waitsForConsumer(manual, claim(manual))).toBe(false);
    expect(isStatic(manual, claim(manual))).toBe(true);
  });

  it('knows a volume reserved for the claim', () => {
    const objects = index({ claimRef: { namespace: 'shop', name: 'data' } });
    const volume = objects.get('PersistentVolume', null, 'pv');
    expect(volume && isFor(volume, claim(objects))).toBe(true);
  });
});
