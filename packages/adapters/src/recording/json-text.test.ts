import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetOf, parseJsonText, positionOf } from './json-text.ts';

describe('says where a text stops being JSON', () => {
  it.each([
    ['{"a": 1,\n "b": }', 2, 7, 'found "}"', 'a value'],
    ['{"a": 1,\n "b": [1, 2', 2, 12, 'the file ends', '"," or "]"'],
    ['{"a": tru}', 1, 7, 'found "tru"', 'a value'],
    ['{"a": 01}', 1, 8, 'found "1"', '"," or "}"'],
    ["{'a': 1}", 1, 2, `found "'"`, 'a property name in double quotes, or "}"'],
    ['{"a": 1,}', 1, 9, 'found "}"', 'a property name in double quotes'],
    ['{"a" 1}', 1, 6, 'found "1"', '":"'],
    ['{"a": 1} {"b": 2}', 1, 10, 'found "{"', 'the end of the file'],
    ['{"a": "x\ny"}', 1, 9, 'found "\\n"', 'an escape such as \\n: control characters may not stand in a string'],
    ['["\\x"]', 1, 3, 'found "\\\\"', 'an escape JSON knows: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX'],
    ['{"a": "never closed', 1, 20, 'the file ends', 'the closing "'],
    ['', 1, 1, 'the file ends', 'a value'],
    ['[1 2]', 1, 4, 'found "2"', '"," or "]"'],
    ['<html>', 1, 1, 'found "<"', 'a value'],
  ])('%j', (text, ...[line, column, what, expected]) => {
    expect(parseJsonText(text)).toEqual({ ok: false, fault: { line, column, what, expected } });
  });

  it('in a text nested deeper than the call stack', () => {
    const parsed = parseJsonText('['.repeat(200_000));
    expect(parsed).toMatchObject({ ok: false, fault: { column: 200_001, what: 'the file ends' } });
  });
});

it('finds a fault exactly where a sound text was cut', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (text, at) => {
      const cut = text.slice(0, at % text.length);
      const parsed = parseJsonText(cut);
      if (!parsed.ok) expect(parsed.fault.what).toMatch(/^the file ends|^found/);
      expect(parseJsonText(text).ok).toBe(true);
    }),
  );
});

it('agrees with JSON.parse on damaged text, and always has a position inside it', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom(',', '}', '"', ']', 'x', ':', '\\'), (text, at, insert) => {
      const offset = at % (text.length + 1);
      const damaged = text.slice(0, offset) + insert + text.slice(offset);
      const parsed = parseJsonText(damaged);
      if (parsed.ok) return;
      const lines = damaged.split('\n');
      expect(parsed.fault.line).toBeLessThanOrEqual(lines.length);
      expect(parsed.fault.column).toBeLessThanOrEqual((lines[parsed.fault.line - 1]?.length ?? 0) + 1);
    }),
  );
});

it('locates a value by its path, and the nearest ancestor of one that is missing', () => {
  const text = '{\n  "a": [1, {"b,}": "x\\"]", "c": null}],\n  "d": {}\n}';
  const at = (path: (string | number)[]): string => {
    const { line, column } = positionOf(text, offsetOf(text, path));
    return `${line}:${column}`;
  };
  expect([at([]), at(['a']), at(['a', 0]), at(['a', 1, 'b,}']), at(['a', 1, 'c']), at(['d'])]).toEqual([
    '1:1',
    '2:8',
    '2:9',
    '2:20',
    '2:33',
    '3:8',
  ]);
  expect([at(['a', 7]), at(['d', 'e']), at(['nothing'])]).toEqual(['2:8', '3:8', '1:1']);
});
