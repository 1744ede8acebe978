import { expect, it } from 'vitest';
import { CATEGORY_NAMES } from './categories.ts';
import { familyOf } from './families.ts';

it('gives every category a family of the catalog', () => {
  expect(CATEGORY_NAMES.filter((category) => familyOf(category) === 'other')).toEqual([]);
  expect(familyOf('oom-killed')).toBe('pod');
  expect(familyOf('dns-down')).toBe('dns');
  expect(familyOf('config-changed')).toBe('config');
});
