import { assert, property, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffFields } from './diff.ts';
import { parseDocument } from './documents.ts';

describe('a document that somebody made to hurt', () => {
  it.each([
    ['brackets', '['.repeat(150_000)],
    ['closed brackets', `${'['.repeat(60_000)}${']'.repeat(60_000)}`],
    ['nested objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['blanks', `a${' '.repeat(150_000)}b`],
    ['blank lines', `a: 1\n${'\n'.repeat(150_000)}b: 2`],
    ['colons', ':a'.repeat(70_000)],
    ['dashes', '- '.repeat(70_000)],
    ['ever deeper keys', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n')],
    ['quotes', `"${'\\\\"'.repeat(40_000)}`],
    ['a flow in a value', `a: ${'['.repeat(150_000)}`],
  ])('is read or refused at once: %s', (_, text) => {
    const started = performance.now();
    expect(() => parseDocument(text)).not.toThrow();
    expect(() => diffFields({ a: `${text}\n` }, { a: `${text}\nx: 1\n` }, '')).not.toThrow();
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('never throws, whatever the text', () => {
    assert(property(string({ maxLength: 300 }), (text) => void parseDocument(text)));
    assert(property(stringMatching(/^[-a:\s"'[\]{}|>#&*!?=]{0,80}$/), (text) => void parseDocument(text)));
  });
});

it('reads what configuration is written in', () => {
  expect(parseDocument('{"a":[1]}')).toEqual({ a: [1] });
  expect(parseDocument('a = 1\n[s]\nb=2')).toEqual({ a: '1', s: { b: '2' } });
  expect(parseDocument('"quoted key": x\nurl: http://a:80/b\ntime: 12:30\nnested: {"b": [2]}\nempty:\n')).toEqual({
    'quoted key': 'x',
    url: 'http://a:80/b',
    time: '12:30',
    nested: { b: [2] },
    empty: null,
  });
  expect(parseDocument('just words')).toBeUndefined();
});
