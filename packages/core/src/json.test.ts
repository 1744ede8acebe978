import { expect, it } from 'vitest';
import { isJsonObject, listOf, textOf } from './json.ts';

it('tells objects from everything else JSON has', () => {
  expect([{}, [], null, 'x', 1, true, undefined].map(isJsonObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
});

it('reads foreign values as lists and as text', () => {
  expect([listOf([1]), listOf({}), listOf(null)]).toEqual([[1], [], []]);
  expect([textOf('a'), textOf(1.5), textOf(false), textOf({ a: 1 }), textOf(null), textOf(undefined)]).toEqual([
    'a',
    '1.5',
    'false',
    '{"a":1}',
    '',
    '',
  ]);
});
