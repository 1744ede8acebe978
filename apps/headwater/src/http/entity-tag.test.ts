import { expect, it } from 'vitest';
import { entityTag, expectedVersion } from './entity-tag.ts';

it.each([
  [undefined, undefined],
  ['*', undefined],
  [entityTag(7), 7],
  ['W/"7"', 7],
  [' "12" ', 12],
])('reads If-Match %s', (header, version) => {
  expect(expectedVersion(header)).toBe(version);
});

it.each(['7', '"abc"', '"1", "2"', '', '"-1"'])('matches nothing with %j', (header) => {
  expect(() => expectedVersion(header)).toThrow(expect.objectContaining({ code: 'precondition' }));
});
