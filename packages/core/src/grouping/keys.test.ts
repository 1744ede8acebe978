import { expect, it } from 'vitest';
import { correlationKeys, type KeySource, subjectOfKey } from './keys.ts';

const SOURCE: KeySource = { fingerprint: 'f1', namespace: 'shop', groupKey: '{}:{alertname="X"}', root: null };
const root = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

it.each<[string, Partial<KeySource>, string, string | null]>([
  ['its root owner', { root }, 'Deployment/shop/cart', 'group:{}:{alertname="X"}|shop'],
  ['a Node, whose group says nothing', { root: { kind: 'Node', name: 'n1' }, namespace: null }, 'Node//n1', null],
  ['its group in its namespace', {}, 'group:{}:{alertname="X"}|shop', 'group:{}:{alertname="X"}|shop'],
  ['itself, when the group has no labels', { groupKey: '{}/{team="a"}:{}' }, 'alert:f1', null],
  ['itself, without a group', { groupKey: null }, 'alert:f1', null],
])('an alert is about %s', (_, change, primary, group) => {
  expect(correlationKeys({ ...SOURCE, ...change })).toEqual({ primary, group });
});

it('reads the subject back from a key', () => {
  expect(subjectOfKey('Deployment/shop/cart')).toEqual(root);
  expect(subjectOfKey('Node//n1')).toEqual({ kind: 'Node', name: 'n1' });
  expect(subjectOfKey('group:{}/{a="b/c/d"}:{x="y"}|shop')).toBeNull();
  expect(subjectOfKey('alert:f1')).toBeNull();
});
