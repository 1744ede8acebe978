import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { trim } from './trim.ts';

function trimmed(object: object): unknown {
  return trim(structuredClone(object) as KubeObject);
}

describe('trim', () => {
  it('keeps who changed an object and when, not the fields', () => {
    const managedFields = [{ manager: 'kubectl', time: '2026-03-01T10:00:00Z', fieldsV1: { 'f:spec': {} } }];
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'kept' };
    expect(trimmed({ kind: 'Pod', metadata: { name: 'a', managedFields, annotations } })).toEqual({
      kind: 'Pod',
      metadata: {
        name: 'a',
        managedFields: [{ manager: 'kubectl', time: '2026-03-01T10:00:00Z' }],
        annotations: { note: 'kept' },
      },
    });
  });

  it('drops the image list of a Node and keeps the rest of its status', () => {
    expect(
      trimmed({ kind: 'Node', metadata: { name: 'n' }, status: { images: [{}], capacity: { cpu: '4' } } }),
    ).toMatchObject({ status: { capacity: { cpu: '4' } } });
    expect(JSON.stringify(trimmed({ kind: 'Node', metadata: { name: 'n' }, status: { images: [{}] } }))).not.toContain(
      'images',
    );
    expect(trimmed({ kind: 'Node', metadata: { name: 'n' } })).toEqual({ kind: 'Node', metadata: { name: 'n' } });
  });

  it('keeps the keys of a Secret and no value', () => {
    expect(
      trimmed({
        kind: 'Secret',
        metadata: { name: 's' },
        data: { user: 'YQ==', password: 'Yg==' },
        stringData: { c: 'd' },
      }),
    ).toEqual({ kind: 'Secret', metadata: { name: 's' }, data: { user: '', password: '' } });
    expect(trimmed({ kind: 'Secret', metadata: { name: 's' }, data: null })).toEqual({
      kind: 'Secret',
      metadata: { name: 's' },
      data: null,
    });
  });
});
