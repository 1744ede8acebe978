import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { assert, jsonValue, pre, property, sample } from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { json, moment } from './values.ts';

describe('the text of a jsonb value', () => {
  it.each([
    [{ a: 1 }, '{"a":1}'],
    [[1, 2], '[1,2]'],
    [null, 'null'],
    [undefined, 'null'],
    ['a\u0000b', '"a\ufffdb"'],
    ['\ud83d', '"\ufffd"'],
    ['\ud83d\ude00', '"\ud83d\ude00"'],
    [{ 'k\u0000': '\udc00' }, '{"k\ufffd":"\ufffd"}'],
    // A backslash that is text, not an escape: it stays.
    ['\\u0000', '"\\\\u0000"'],
  ])('%j is %s', (value, text) => {
    expect(json(value)).toBe(text);
  });

  it('leaves what can be stored exactly as JSON.stringify has it', () => {
    assert(
      property(jsonValue({ stringUnit: 'grapheme' }), (value) => {
        pre(!JSON.stringify(value).includes('\\u0000'));
        expect(json(value)).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe.each(ENGINES)('values on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('that are JSON of any kind are stored and come back, the unstorable replaced', async () => {
    const values = sample(jsonValue({ stringUnit: 'binary' }), { numRuns: 200, seed: 7 });
    const result = await sql<{ value: unknown }>`
      select value from jsonb_array_elements(${json(values)}::jsonb) with ordinality as row (value, number) order by number
    `.execute(database().db);
    // Negative zero is the one number that JSON knows and jsonb does not keep.
    const expected = values.map((value) => JSON.parse(json(value).replaceAll('-0,', '0,')) as unknown);
    expect(result.rows.map((row) => JSON.stringify(row.value)).map(withoutOrder)).toEqual(
      expected.map((value) => JSON.stringify(value)).map(withoutOrder),
    );
  });

  it('that are moments compare to the millisecond', async () => {
    const at = Date.parse('2026-11-21T13:00:00.123Z');
    const result = await sql<{ before: boolean; same: boolean; after: boolean }>`
      select stamp < ${moment(at + 1)} as before, stamp = ${moment(at)} as same, stamp < ${moment(at)} as after
        from (select ${new Date(at)}::timestamptz as stamp) given
    `.execute(database().db);
    expect(result.rows).toEqual([{ before: true, same: true, after: false }]);
  });
});

// jsonb keeps keys by length, not by their order in the text.
function withoutOrder(text: string): string {
  return text
    .split('')
    .sort((left, right) => (left < right ? -1 : 1))
    .join('');
}
