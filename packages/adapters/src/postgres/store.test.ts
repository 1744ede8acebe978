import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { describe, expect, it } from 'vitest';

describe.each(ENGINES)('the store on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('reads counts as numbers and moments as milliseconds', async () => {
    const at = Date.parse('2026-11-21T13:00:00.123Z');
    const result = await database().pool.query(
      `select count(*) as count, $1::timestamptz as at, array[1::int8, 2] as many from alert`,
      [new Date(at)],
    );
    expect(result.rows).toEqual([{ count: 0, at, many: [1, 2] }]);
  });
});
