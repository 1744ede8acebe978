import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf } from './lines.ts';

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size)
    yield await Promise.resolve(bytes.subarray(start, start + size));
}

async function split(text: string, size: number): Promise<string[]> {
  return Array.fromAsync(linesOf(chunked(new TextEncoder().encode(text), size)));
}

it.each([
  ['', []],
  ['one', ['one']],
  ['one\n', ['one']],
  ['one\r\ntwo\r\n', ['one', 'two']],
  ['\n\nx', ['', '', 'x']],
])('splits %j', async (text, lines) => {
  expect(await split(text, 2)).toEqual(lines);
});

it('gives the same lines whatever the chunks, also inside a character', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 6 })),
      fc.integer({ min: 1, max: 9 }),
      async (parts, size) => {
        const lines = parts.map((part) => part.replaceAll(/[\r\n]/g, '·'));
        expect(await split(lines.map((line) => `${line}\n`).join(''), size)).toEqual(lines);
      },
    ),
  );
});

it('cuts a line without end and goes on with the next', async () => {
  for (const size of [1_000, 100_000, 1_000_000]) {
    const lines = await split(`${'a'.repeat(300_000)}\nnext`, size);
    expect(lines.map((line) => line.length)).toEqual([65_537, 4]);
    expect(lines[0]?.endsWith('a…')).toBe(true);
  }
});
