import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionOf, conditionsOf, groupOf, textAt } from './conditions.ts';
import { staleLease } from './leases.ts';
import { namedIn, sayAbsent } from './named-objects.ts';
import { previousRevision, revisionsOf } from './previous-revision.ts';
import { quote } from './quote.ts';
import { isShort, replicaCounts } from './replicas.ts';

const base = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'shop' } };

describe('quote', () => {
  it('flattens, cuts and refuses what backticks cannot hold', () => {
    expect(quote('a\n  b')).toBe('`a b`');
    expect(quote('x'.repeat(500), 10)).toBe(`\`${'x'.repeat(10)}\``);
    expect(quote('run `x` now')).toBe('');
    expect(quote('  ')).toBe('');
  });
});

describe('conditions', () => {
  const object = {
    ...base,
    status: { conditions: [null, { type: 'Ready', status: 'False', message: 'say "no"' }, 7] },
  };

  it('leaves out malformed entries', () => {
    expect(conditionsOf(object).map(({ type }) => type)).toEqual(['Ready']);
    expect(conditionsOf({ ...base, status: { conditions: 'none' } })).toEqual([]);
    expect(conditionOf(object, 'Ready')?.status).toBe('False');
  });

  it('cites the message unescaped, so that literals of it can be found', () => {
    expect(citeCondition(object, 'Ready').map(({ text }) => text)).toEqual([
      'Widget shop/w: status.conditions[type=Ready].message = say "no"',
      'Widget shop/w: status.conditions[type=Ready].status = False',
    ]);
  });

  it('reads groups and texts', () => {
    expect([groupOf(base), groupOf({ ...base, apiVersion: 'v1' })]).toEqual(['example.com', '']);
    expect([textAt(base, 'metadata.name'), textAt(base, 'spec.count')]).toEqual(['w', '']);
  });
});

describe('replicas', () => {
  const workload = (kind: string, spec: object, status?: object) => ({
    ...base,
    apiVersion: 'apps/v1',
    kind,
    spec,
    ...(status ? { status } : {}),
  });

  it('reads an absent ready count as none, an absent status as unknown', () => {
    expect(isShort(workload('Deployment', { replicas: 2 }, { readyReplicas: 1 }))).toBe(true);
    expect(isShort(workload('Deployment', { replicas: 2 }, {}))).toBe(true);
    expect(isShort(workload('Deployment', { replicas: 2 }, { readyReplicas: 2 }))).toBe(false);
    expect(replicaCounts(workload('Deployment', { replicas: 2 }))).toBeNull();
    expect(isShort(workload('DaemonSet', {}, { desiredNumberScheduled: 3, numberReady: 2 }))).toBe(true);
  });
});

describe('previousRevision', () => {
  const set = (name: string, revision: string) => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'shop',
      annotations: { 'deployment.kubernetes.io/revision': revision },
      ownerReferences: [{ kind: 'Deployment', name: 'api', controller: true }],
    },
  });
  const deployment = { kind: 'Deployment', namespace: 'shop', name: 'api' };

  it('orders revisions as numbers and takes the one before the newest', () => {
    const snapshot = buildSnapshot(fixtureInput({ objects: [set('a', '9'), set('b', '10'), set('c', '2')] }));
    expect(revisionsOf(snapshot, deployment).map(({ metadata }) => metadata.name)).toEqual(['b', 'a', 'c']);
    expect(previousRevision(snapshot, deployment)?.metadata.name).toBe('a');
  });

  it('knows none for one revision and for other kinds', () => {
    const snapshot = buildSnapshot(fixtureInput({ objects: [set('a', '1')] }));
    expect(previousRevision(snapshot, deployment)).toBeUndefined();
    expect(previousRevision(snapshot, { ...deployment, kind: 'StatefulSet' })).toBeUndefined();
  });
});

describe('staleLease', () => {
  const lease = (name: string, renewTime: string) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-node-lease' },
    spec: { renewTime, leaseDurationSeconds: 40 },
  });
  const isStale = (...leases: unknown[]) =>
    staleLease(
      buildSnapshot(fixtureInput({ now: '2026-03-01T10:00:00Z', objects: leases })),
      'kube-node-lease',
      'w1',
    ) !== undefined;

  it('compares with the freshest Lease, not with the clock', () => {
    expect(isStale(lease('w1', '2026-03-01T09:50:00Z'), lease('w2', '2026-03-01T09:59:50Z'))).toBe(true);
    // The whole snapshot may be older than its clock says.
    expect(isStale(lease('w1', '2026-03-01T09:50:00Z'), lease('w2', '2026-03-01T09:50:20Z'))).toBe(false);
  });

  it('alone believes only a long silence', () => {
    expect(isStale(lease('w1', '2026-03-01T09:55:00Z'))).toBe(false);
    expect(isStale(lease('w1', '2026-03-01T09:30:00Z'))).toBe(true);
    expect(isStale()).toBe(false);
  });
});

describe('namedIn', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db-creds', namespace: 'shop' } };
  const snapshot = buildSnapshot(fixtureInput({ objects: [secret, base], listed: ['Secret', 'ConfigMap'] }));
  const read = (message: string) =>
    namedIn(snapshot, message, 'shop').map(
      ({ subject, existence }) => `${subject.kind} ${subject.namespace ?? ''}/${subject.name} ${existence}`,
    );

  it('finds quoted and slashed names with their existence', () => {
    expect(read('secret "db-cred" not found')).toEqual(['Secret shop/db-cred absent']);
    expect(read('secrets "db-creds" is forbidden')).toEqual(['Secret shop/db-creds present']);
    expect(read('cannot read Secret/db-creds')).toEqual(['Secret shop/db-creds present']);
    expect(read('Widget.example.com "w" is degraded')).toEqual(['Widget shop/w present']);
  });

  it('takes words of a sentence for no names', () => {
    expect(read('secret not found')).toEqual([]);
    expect(read('the configmap is missing')).toEqual([]);
    expect(read('')).toEqual([]);
  });

  it('says what of nearly the name exists', () => {
    expect(sayAbsent(snapshot, { kind: 'Secret', namespace: 'shop', name: 'db-cred' }).text).toBe(
      'Secret `db-cred` does not exist; `db-creds` does',
    );
    expect(sayAbsent(snapshot, { kind: 'ConfigMap', namespace: 'shop', name: 'x' }).text).toBe(
      'ConfigMap `x` does not exist',
    );
  });
});
