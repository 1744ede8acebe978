import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { JsonObject } from '@headwater/core/json.ts';
import { expect, it } from 'vitest';
import { formatLeaf, leavesOf, setOf } from './field-ownership.ts';
import { type Applying, applyConfig } from './server-side-apply.ts';
import { failureOf } from './status.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const as = (manager: string, extra: Partial<Applying> = {}): Applying => ({
  manager,
  force: false,
  now: NOW,
  builtIn: true,
  ...extra,
});

function deployment(spec: JsonObject): JsonObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec };
}

function container(fields: JsonObject): JsonObject {
  return { template: { spec: { containers: [{ name: 'app', ...fields }] } } };
}

function apply(current: KubeObject | undefined, config: JsonObject, applying: Applying): KubeObject {
  return applyConfig(current, config, applying) as unknown as KubeObject;
}

function ownedBy(object: KubeObject, manager: string): string[] {
  const entry = object.metadata.managedFields?.find((one) => one.manager === manager);
  return leavesOf((entry?.['fieldsV1'] ?? {}) as never)
    .map(formatLeaf)
    .sort();
}

it('owns what it sets, item by item', () => {
  const object = apply(undefined, deployment({ replicas: 2, ...container({ image: 'web:1' }) }), as('a'));
  expect(object.metadata.managedFields).toMatchObject([
    { manager: 'a', operation: 'Apply', apiVersion: 'apps/v1', time: '2026-03-01T10:00:00Z' },
  ]);
  expect(ownedBy(object, 'a')).toEqual([
    '.spec.replicas',
    '.spec.template.spec.containers[name="app"]',
    '.spec.template.spec.containers[name="app"].image',
    '.spec.template.spec.containers[name="app"].name',
  ]);
});

it('removes what it no longer sets, unless another manager does', () => {
  const first = apply(
    undefined,
    deployment({ replicas: 2, paused: true, ...container({ image: 'web:1', tty: true }) }),
    as('a'),
  );
  const shared = apply(first, deployment({ paused: true }), as('b'));
  const after = apply(shared, deployment(container({ image: 'web:1' })), as('a'));
  expect(after['spec']).toEqual({
    paused: true,
    template: { spec: { containers: [{ name: 'app', image: 'web:1' }] } },
  });
});

it('refuses a field another manager holds with another value, names it, and takes it when forced', () => {
  const first = apply(undefined, deployment({ replicas: 2, ...container({ image: 'web:1' }) }), as('helm'));
  const config = deployment({ replicas: 5, ...container({ image: 'web:1' }) });
  let thrown: unknown;
  try {
    apply(first, config, as('kubectl'));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AppError);
  expect(failureOf(thrown)).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "helm" using apps/v1: .spec.replicas',
    details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] },
  });
  const forced = apply(first, config, as('kubectl', { force: true }));
  expect(forced['spec']).toMatchObject({ replicas: 5 });
  expect(ownedBy(forced, 'helm')).not.toContain('.spec.replicas');
  expect(ownedBy(forced, 'kubectl')).toContain('.spec.replicas');
});

it('respects fields that were set by other means than apply', () => {
  const managedFields = [
    {
      manager: 'kubectl-edit',
      operation: 'Update',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    },
  ];
  const current = { ...deployment({ replicas: 3 }), metadata: { name: 'web', managedFields } } as unknown as KubeObject;
  expect(() => apply(current, deployment({ replicas: 4 }), as('a'))).toThrow('conflict with "kubectl-edit"');
  expect(apply(current, deployment({ replicas: 3 }), as('a')).metadata.managedFields).toHaveLength(2);
});

it('removes a whole list item it brought and now leaves out', () => {
  const two = deployment({
    template: {
      spec: {
        containers: [
          { name: 'app', image: 'a' },
          { name: 'side', image: 'b' },
        ],
      },
    },
  });
  const after = apply(apply(undefined, two, as('a')), deployment(container({ image: 'a' })), as('a'));
  expect(after['spec']).toEqual({ template: { spec: { containers: [{ name: 'app', image: 'a' }] } } });
});

it('takes lists of custom resources as one field', () => {
  const config = (containers: unknown[]): JsonObject => ({
    apiVersion: 'x/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec: { containers },
  });
  const first = apply(undefined, config([{ name: 'a' }]), as('m', { builtIn: false }));
  const after = apply(first, config([{ name: 'b' }]), as('m', { builtIn: false }));
  expect(after['spec']).toEqual({ containers: [{ name: 'b' }] });
  expect(ownedBy(after, 'm')).toEqual(['.spec.containers']);
});

it('builds a field set back from its leaves', () => {
  const set = { 'f:a': { 'k:{"name":"x"}': { '.': {}, 'f:b': {} } }, 'f:c': {} };
  expect(setOf(leavesOf(set))).toEqual(set);
});
