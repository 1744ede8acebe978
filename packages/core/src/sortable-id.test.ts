import { expect, it } from 'vitest';
import { sortableId } from './sortable-id.ts';

const bytes = (value: number) => new Uint8Array(16).fill(value);

it('is a prefix and 26 characters in the order of time, whatever the random part', () => {
  const times = [0, 31, 32, 1_700_000_000_000, 1_700_000_000_001, 2 ** 49];
  const ids = times.map((now, index) => sortableId('inc', now, bytes(255 - index)));
  for (const id of ids) expect(id).toMatch(/^inc_[0-9a-hjkmnp-tv-z]{26}$/);
  expect([...ids].sort()).toEqual(ids);
});

it('differs by its random part within a millisecond', () => {
  expect(sortableId('inc', 5, bytes(1))).not.toBe(sortableId('inc', 5, bytes(2)));
});
