import { expect, it } from 'vitest';
import { heldObjects } from './held-objects.ts';
import { pod } from './test-cluster.ts';

const read = { kind: 'Pod', state: 'read', message: '' } as const;

it('has objects, coverage and a gap for each kind that is refused', () => {
  const forbidden = { kind: 'Secret', state: 'forbidden', message: 'secrets is forbidden' } as const;
  expect(heldObjects({ objects: [pod('web')], kinds: [read, forbidden] })).toMatchObject({
    objects: [{ metadata: { name: 'web' } }],
    coverage: [
      { kind: 'Pod', state: 'read' },
      { kind: 'Secret', state: 'forbidden' },
    ],
    gaps: [{ source: 'Secret', statement: 'Secret objects may not be listed: secrets is forbidden' }],
  });
});

it('tells one reason once, however many kinds it keeps away', () => {
  const kinds = ['Node', 'Service', 'Job', 'Lease', 'Ingress', 'Event'].map((kind) => ({
    kind,
    state: 'unreachable' as const,
    message: `the Kubernetes API server did not answer /api/v1/${kind.toLowerCase()}s: refused`,
  }));
  const { gaps, coverage } = heldObjects({ objects: [], kinds: [read, ...kinds] });
  expect(coverage).toHaveLength(7);
  expect(gaps.map(({ statement }) => statement)).toEqual([
    'Objects of 6 kinds (Node, Service, Job, Lease and others) cannot be followed: the Kubernetes API server did not answer /api/v1/nodes: refused',
  ]);
});
