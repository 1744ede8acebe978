import { expect, it } from 'vitest';
import { z } from 'zod';
import { describeValue, formatPath, shapeErrors } from './shape.ts';

const Thing = z.object({
  name: z.string().min(1),
  at: z.iso.datetime({ offset: true }),
  mode: z.enum(['fast', 'slow']),
  only: z.literal('v1'),
  slug: z.string().regex(/^[a-z]+$/, 'expected a slug'),
  list: z.array(z.object({ n: z.number() })),
  either: z.union([z.string(), z.number()]),
});

it('says where, what was found and what was expected', () => {
  const value = {
    name: '',
    at: 'yesterday',
    mode: 'idle',
    only: 'v2',
    slug: 'A',
    list: [{ n: 'ten' }, 3],
    either: true,
  };
  const result = Thing.safeParse(value);
  expect(
    result.success ? [] : shapeErrors(result.error, value).map(({ what, expected }) => `${what}; ${expected}`),
  ).toEqual([
    'found an empty text at name; something that is not empty',
    'found the text "yesterday" at at; an RFC 3339 time such as 2026-03-01T10:15:00Z',
    'found the text "idle" at mode; one of "fast", "slow"',
    'found the text "v2" at only; "v1"',
    'found the text "A" at slug; a slug',
    'found the text "ten" at list[0].n; a number',
    'found the number 3 at list[1]; an object',
    'found true at either; a text, or a number',
  ]);
});

it('names what is missing', () => {
  const result = Thing.safeParse({});
  expect(result.success ? [] : shapeErrors(result.error, {})[0]).toEqual({
    path: ['name'],
    what: 'found nothing at name',
    expected: 'a text',
  });
});

it('writes paths the way people read them', () => {
  expect(formatPath(['data', 'result', 0, 'metric', 'app.kubernetes.io/name'])).toBe(
    'data.result[0].metric["app.kubernetes.io/name"]',
  );
});

it.each([
  [undefined, 'nothing'],
  [null, 'null'],
  [[], 'an empty list'],
  [[1], 'a list'],
  [{}, 'an object'],
  [false, 'false'],
  ['x'.repeat(80), `the text "${'x'.repeat(57)}..."`],
])('describes %j', (value, text) => {
  expect(describeValue(value)).toBe(text);
});
