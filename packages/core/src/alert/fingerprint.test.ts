import { expect, it } from 'vitest';
import { labelFingerprint } from './fingerprint.ts';

it('gives the empty set the offset of the hash', () => {
  expect(labelFingerprint({})).toBe('cbf29ce484222325');
});

it('does not depend on the order of the labels', () => {
  expect(labelFingerprint({ b: '2', a: '1' })).toBe(labelFingerprint({ a: '1', b: '2' }));
});

it('tells where a name ends and a value begins', () => {
  const sets: Record<string, string>[] = [{ a: 'bc' }, { ab: 'c' }, { a: 'b', c: '' }, { 名前: 'x' }, { 名: '前x' }];
  const prints = sets.map(labelFingerprint);
  expect(new Set(prints).size).toBe(prints.length);
  for (const print of prints) expect(print).toMatch(/^[0-9a-f]{16}$/);
});
