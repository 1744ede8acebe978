import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { recentChange, recentEdit } from './recent-change.ts';

const SUBJECT = { kind: 'Service', namespace: 'shop', name: 'cart' };
const CREATED = '2026-02-01T08:00:00Z';

function service(port: number, metadata: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'cart', namespace: 'shop', creationTimestamp: CREATED, ...metadata },
    spec: { selector: { app: 'cart' }, ports: [{ port }] },
  };
}

function signed(time: string, spec: object) {
  const entry = { manager: 'kubectl-edit', operation: 'Update', time, fieldsV1: { 'f:spec': spec } };
  return buildSnapshot(fixtureInput({ objects: [service(80, { managedFields: [entry] })] }));
}

function journaled(observedAt: string) {
  return buildSnapshot(
    fixtureInput({
      objects: [service(81)],
      journal: [
        { observedAt: '2026-02-20T08:00:00Z', type: 'ADDED', object: service(80) },
        { observedAt, type: 'MODIFIED', object: service(81) },
      ],
    }),
  );
}

const isPorts = (path: string): boolean => path.startsWith('spec.ports');

describe('recentEdit', () => {
  it('knows an edit by its difference', () => {
    const edit = recentEdit(journaled('2026-03-01T09:30:00Z'), SUBJECT, isPorts);
    expect(edit?.diff.map(({ path }) => path)).toEqual(['spec.ports[port=80]', 'spec.ports[port=81]']);
  });

  it('knows an edit by the fields a manager signed', () => {
    const edit = recentEdit(signed('2026-03-01T09:30:00Z', { 'f:ports': {} }), SUBJECT, isPorts);
    expect(edit).toMatchObject({ source: 'managed-fields', actor: 'kubectl-edit', diff: [] });
  });

  it('passes over a signature of other fields', () => {
    expect(recentEdit(signed('2026-03-01T09:30:00Z', { 'f:selector': {} }), SUBJECT, isPorts)).toBeUndefined();
  });

  it('does not take all that a manager owns for what it edited', () => {
    const all = { 'f:ports': {}, 'f:selector': {}, 'f:type': {}, 'f:sessionAffinity': {} };
    expect(recentEdit(signed('2026-03-01T09:30:00Z', all), SUBJECT, isPorts)).toBeUndefined();
  });

  it.each([
    ['a signature', signed('2026-02-27T09:30:00Z', { 'f:ports': {} })],
    ['a difference', journaled('2026-02-27T09:30:00Z')],
  ])('forgets %s after a day', (_, snapshot) => {
    expect(recentEdit(snapshot, SUBJECT, isPorts)).toBeUndefined();
    expect(recentChange(snapshot, SUBJECT)).toBeUndefined();
  });
});

it('counts the creation as a change', () => {
  const snapshot = buildSnapshot(
    fixtureInput({
      objects: [
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', creationTimestamp: CREATED } },
        service(80, { creationTimestamp: '2026-03-01T09:30:00Z' }),
      ],
    }),
  );
  expect(recentChange(snapshot, SUBJECT)?.source).toBe('created');
  expect(recentEdit(snapshot, SUBJECT, isPorts)).toBeUndefined();
});
