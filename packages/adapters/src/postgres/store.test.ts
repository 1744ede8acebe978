import { AppError } from '@headwater/core/errors.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import { brokenConstraint } from './errors.ts';
import { transactionWithRetries } from './store.ts';
import { json, moment } from './values.ts';

describe.each(ENGINES)('the store on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const options = () => ({ db: database().db, random: () => 0 });

  it('reads counts as numbers and moments as milliseconds, whatever the time zone', async () => {
    const at = Date.parse('2026-11-21T13:00:00.123Z');
    const client = await database().pool.connect();
    for (const zone of ['UTC', 'Asia/Seoul', 'Asia/Kolkata', 'America/St_Johns']) {
      await client.query(`set time zone '${zone}'`);
      const result = await client.query(
        `select count(*) as count, $1::timestamptz as at, array[1::int8, 2] as many, '{}'::int8[] as none,
           'infinity'::timestamptz as never from alert`,
        [new Date(at)],
      );
      expect(result.rows).toEqual([{ count: 0, at, many: [1, 2], none: [], never: Number.POSITIVE_INFINITY }]);
    }
    client.release(true);
  });

  it('compares moments, and keeps foreign text that jsonb refuses', async () => {
    const value = { nul: 'a\u0000b', half: 'x\ud800', 'key\u0000': ['\udc00'], fine: '𝄞 \\u0000' };
    const result = await sql<{ later: boolean; value: unknown }>`
      select now() > ${moment(Date.parse('2020-01-01T00:00:00Z'))}::timestamptz as later, ${json(value)}::jsonb as value
    `.execute(database().db);
    expect(result.rows).toEqual([
      { later: true, value: { nul: 'a\ufffdb', half: 'x\ufffd', 'key\ufffd': ['\ufffd'], fine: '𝄞 \\u0000' } },
    ]);
  });

  it('runs a transaction again when two of them wait for each other', async () => {
    const { db, pool } = database();
    await pool.query('create table pair (id int primary key, value int not null)');
    await pool.query('insert into pair values (1, 0), (2, 0)');
    let attempts = 0;
    const bothHold = Promise.withResolvers<void>();
    let holding = 0;
    const add = (first: number, second: number) =>
      transactionWithRetries({ db, random: Math.random }, async (tx) => {
        attempts += 1;
        await sql`update pair set value = value + 1 where id = ${first}`.execute(tx);
        holding += 1;
        if (holding === 2) bothHold.resolve();
        await bothHold.promise;
        await sql`update pair set value = value + 1 where id = ${second}`.execute(tx);
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(attempts).toBe(3);
    const rows = await pool.query('select value from pair');
    expect(rows.rows).toEqual([{ value: 2 }, { value: 2 }]);
  });

  it('gives up after five attempts, as unavailable', async () => {
    let attempts = 0;
    const failing = transactionWithRetries(options(), async (tx) => {
      attempts += 1;
      await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(tx);
    });
    await expect(failing).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    expect(attempts).toBe(5);
  });

  it('does not run a transaction again that failed by itself, and keeps nothing of it', async () => {
    let attempts = 0;
    const failing = transactionWithRetries(options(), async (tx) => {
      attempts += 1;
      await sql`insert into instance_secret values ('half', 'x', now())`.execute(tx);
      throw new AppError('invalid', 'no');
    });
    await expect(failing).rejects.toMatchObject({ code: 'invalid' });
    expect(attempts).toBe(1);
    const rows = await database().pool.query(`select * from instance_secret where name = 'half'`);
    expect(rows.rows).toEqual([]);
  });

  it('refuses a query that goes past the open transaction, but not one made after it', async () => {
    const { db, store } = database();
    const later = Promise.withResolvers<unknown>();
    await expect(
      store.transaction(async () => {
        setTimeout(() => void db.selectFrom('alert').select('id').execute().then(later.resolve, later.reject), 50);
        await db.selectFrom('alert').select('id').execute();
      }),
    ).rejects.toMatchObject({ message: 'a query went past the open transaction: use the tx the work was given' });
    expect(await later.promise).toEqual([]);
  });

  it('names the constraint that refused a write', async () => {
    const write = () =>
      database()
        .db.insertInto('instance_secret')
        .values({ name: 'once', value: 'x', created_at: new Date(0) })
        .execute();
    await write();
    const error = await write().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'conflict', message: 'another write came first' });
    expect(brokenConstraint(error)).toBe('instance_secret_pkey');
  });

  it('is unavailable while its connections are cut, and back by itself', async () => {
    const { address, pool } = database();
    const lost: Error[] = [];
    const other = connect({ address, onIdleError: (error) => void lost.push(error) });
    const sleeping = sql`select pg_sleep(10)`.execute(other.db).catch((error: unknown) => error);
    await pool.query('select pg_sleep(0.1)');
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(await sleeping).toMatchObject({ code: 'unavailable' });
    await expect
      .poll(() =>
        other.db
          .selectFrom('alert')
          .select('id')
          .execute()
          .catch(() => 'not yet'),
      )
      .toEqual([]);
    await other.close();
  });
});

describe('a server that is not there', () => {
  it.each([
    ['a closed port', { url: 'postgres://nobody@127.0.0.1:1/none' }],
    ['a missing socket', { socketDirectory: '/nonexistent', user: 'a', database: 'b' }],
  ])('is unavailable: %s', async (_, address) => {
    const { db, close } = connect({ address });
    await expect(db.selectFrom('alert').select('id').execute()).rejects.toMatchObject({
      code: 'unavailable',
      message: 'the database cannot be reached',
    });
    await close();
  });
});
