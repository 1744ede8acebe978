import { describe, expect, it } from 'vitest';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicPatch } from './strategic-patch.ts';

describe('JSON patch', () => {
  const target = { a: { list: [1, 2, 3] }, 'x/y': 'slash', m: { 'k~': 1 } };

  it.each([
    ['add to an object', [{ op: 'add', path: '/b', value: 1 }], { ...target, b: 1 }],
    ['insert into a list', [{ op: 'add', path: '/a/list/1', value: 9 }], { ...target, a: { list: [1, 9, 2, 3] } }],
    ['append to a list', [{ op: 'add', path: '/a/list/-', value: 9 }], { ...target, a: { list: [1, 2, 3, 9] } }],
    ['replace', [{ op: 'replace', path: '/a/list/0', value: 9 }], { ...target, a: { list: [9, 2, 3] } }],
    ['remove', [{ op: 'remove', path: '/a' }], { 'x/y': 'slash', m: { 'k~': 1 } }],
    [
      'escaped keys',
      [
        { op: 'remove', path: '/x~1y' },
        { op: 'remove', path: '/m/k~0' },
      ],
      { a: target.a, m: {} },
    ],
    ['move', [{ op: 'move', from: '/a/list', path: '/list' }], { ...target, a: {}, list: [1, 2, 3] }],
    ['copy', [{ op: 'copy', from: '/a/list/2', path: '/c' }], { ...target, c: 3 }],
    [
      'test and go on',
      [
        { op: 'test', path: '/a/list', value: [1, 2, 3] },
        { op: 'remove', path: '/m' },
      ],
      { a: target.a, 'x/y': 'slash' },
    ],
  ])('%s', (_, patch, wanted) => {
    expect(jsonPatch(target, patch)).toEqual(wanted);
    expect(target.a.list).toEqual([1, 2, 3]);
  });

  it.each([
    [[{ op: 'replace', path: '/no', value: 1 }], 'operation 0 (replace /no): there is no no'],
    [[{ op: 'remove', path: '/a/list/7' }], 'operation 0 (remove /a/list/7): there is no 7'],
    [[{ op: 'test', path: '/a', value: 2 }], 'operation 0 (test /a): the value is another'],
    [[{ op: 'add', path: '/a/list/9', value: 1 }], 'operation 0 (add /a/list/9): 9 is no place in a list of 3'],
    [[{ op: 'add', path: 'a', value: 1 }], 'operation 0 (add a): a path starts with "/"'],
    [[{ op: 'swap', path: '/a' }], 'operation 0 (swap /a): expected one of add, remove, replace, move, copy, test'],
    [{ op: 'add' }, 'a JSON patch must be a list of operations'],
    [[7], 'operation 0 of the JSON patch is no object'],
  ])('refuses %j', (patch, message) => {
    expect(() => jsonPatch(target, patch)).toThrow(message);
  });
});

it('merge patch merges objects, removes by null and replaces the rest', () => {
  const target = { a: { b: 1, c: 2 }, list: [1, 2] };
  expect(mergePatch(target, { a: { b: null, d: 3 }, list: [3], e: {} })).toEqual({
    a: { c: 2, d: 3 },
    list: [3],
    e: {},
  });
  expect(mergePatch(target, null)).toBeNull();
  expect(mergePatch('x', { a: 1 })).toEqual({ a: 1 });
});

describe('strategic merge patch', () => {
  const target = {
    metadata: { finalizers: ['a'] },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'web:1',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          ports: [{ containerPort: 80 }],
        },
        { name: 'side', image: 'side:1' },
      ],
      tolerations: [{ key: 'x' }],
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    },
  };

  it('merges keyed lists item by item and replaces the others', () => {
    const patch = {
      metadata: { finalizers: ['b', 'a'] },
      spec: {
        containers: [{ name: 'app', image: 'web:2', env: [{ name: 'B', value: '3' }], ports: [{ containerPort: 81 }] }],
        tolerations: [{ key: 'y' }],
      },
    };
    expect(strategicPatch(target, patch)).toEqual({
      metadata: { finalizers: ['a', 'b'] },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'web:2',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '3' },
            ],
            ports: [{ containerPort: 80 }, { containerPort: 81 }],
          },
          { name: 'side', image: 'side:1' },
        ],
        tolerations: [{ key: 'y' }],
        strategy: target.spec.strategy,
      },
    });
  });

  it('obeys directives', () => {
    const patch = {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] },
      spec: {
        $setElementOrder: [],
        containers: [{ name: 'side', $patch: 'delete' }],
        strategy: { type: 'Recreate', $retainKeys: ['type'] },
        tolerations: [{ $patch: 'replace' }, { key: 'z' }],
      },
    };
    expect(strategicPatch(target, patch)).toMatchObject({
      metadata: { finalizers: [] },
      spec: { containers: [{ name: 'app' }], strategy: { type: 'Recreate' }, tolerations: [{ key: 'z' }] },
    });
    expect(strategicPatch(target, { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } })).toMatchObject({
      spec: { strategy: { type: 'Recreate' }, tolerations: [{ key: 'x' }] },
    });
    expect(strategicPatch(target, { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } })).toMatchObject({
      spec: { strategy: { type: 'Recreate' } },
    });
  });
});
