import { setTimeout as sleep } from 'node:timers/promises';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { connect, connectionSettings, parseTimestamp } from './connect.ts';
import { transactionWithRetries } from './store.ts';

describe('a moment as PostgreSQL writes it', () => {
  it.each([
    ['2026-11-21 13:00:00+00', '2026-11-21T13:00:00.000Z'],
    ['2026-11-21 13:00:00.1+00', '2026-11-21T13:00:00.100Z'],
    ['2026-11-21 13:00:00.123456+00', '2026-11-21T13:00:00.123Z'],
    ['2026-11-21 22:00:00.12+09', '2026-11-21T13:00:00.120Z'],
    ['2026-11-21 18:30:00+05:30', '2026-11-21T13:00:00.000Z'],
    ['2026-11-21 09:30:00-03:30', '2026-11-21T13:00:00.000Z'],
    // Before standard time, zones had seconds too; nothing of ours is that old, but nothing should break either.
    ['1900-01-01 00:00:00+08:27:52', '1899-12-31T15:33:00.000Z'],
    ['12026-11-21 13:00:00+00', '+012026-11-21T13:00:00.000Z'],
    ['1969-12-31 23:59:59.999+00', '1969-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, expected) => {
    expect(new Date(parseTimestamp(text)).toISOString()).toBe(expected);
  });

  it('may lie in infinity, or so far back that it is none', () => {
    expect(parseTimestamp('infinity')).toBe(Number.POSITIVE_INFINITY);
    expect(parseTimestamp('-infinity')).toBe(Number.NEGATIVE_INFINITY);
    expect(parseTimestamp('0044-03-15 00:00:00+00 BC')).toBeNaN();
    expect(parseTimestamp('yesterday')).toBeNaN();
  });
});

describe('the address of a database', () => {
  it('is a URL or a socket', () => {
    expect(connectionSettings({ url: 'postgres://a@b/c' })).toEqual({ connectionString: 'postgres://a@b/c' });
    expect(connectionSettings({ socketDirectory: '/run/x', user: 'a', database: 'b' })).toEqual({
      host: '/run/x',
      user: 'a',
      database: 'b',
    });
  });
});

describe.each(ENGINES)('a pool of connections on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  async function connectionsOf(name: string): Promise<number> {
    const result = await database().pool.query<{ count: number }>(
      'select count(*) as count from pg_stat_activity where application_name = $1',
      [name],
    );
    return result.rows[0]?.count ?? 0;
  }

  it('names itself, bounds every statement and opens no more than it may', async () => {
    const { pool, close } = connect({ address: database().address, applicationName: 'bounded', maxConnections: 2 });
    const settings = await pool.query(
      `select current_setting('statement_timeout') as statement,
         current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    expect(settings.rows).toEqual([{ statement: '30s', idle: '1min' }]);
    const sleeping = Promise.all(Array.from({ length: 6 }, () => pool.query('select pg_sleep(0.1)')));
    await expect.poll(() => connectionsOf('bounded')).toBe(2);
    await sleeping;
    expect(await connectionsOf('bounded')).toBe(2);
    await close();
  });

  it('leaves no connection behind when it is closed, whichever way it was used', async () => {
    const byPool = connect({ address: database().address, applicationName: 'left' });
    await byPool.pool.query('select 1');
    const byQuery = connect({ address: database().address, applicationName: 'left' });
    await byQuery.db.selectFrom('alert').select('id').execute();
    const unused = connect({ address: database().address, applicationName: 'left' });
    expect(await connectionsOf('left')).toBe(2);
    for (const connection of [byPool, byQuery, unused]) {
      await connection.close();
      await connection.close();
    }
    await expect.poll(() => connectionsOf('left')).toBe(0);
  });

  it('tells of a connection that was lost while nobody used it, and replaces it', async () => {
    const lost: Error[] = [];
    const { pool, close } = connect({
      address: database().address,
      applicationName: 'idle',
      onIdleError: (error) => void lost.push(error),
    });
    await pool.query('select 1');
    await database().pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'idle'`,
    );
    await expect.poll(() => lost.length).toBe(1);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await close();
  });

  it('gives up the transaction of a process that stopped in its middle, so that its locks are free', async () => {
    const { pool } = database();
    const { db, close } = connect({ address: database().address, maxConnections: 1 });
    const stuck = transactionWithRetries({ db, random: () => 0 }, async (tx) => {
      await sql`set local idle_in_transaction_session_timeout = 50`.execute(tx);
      await sql`select pg_advisory_xact_lock(1)`.execute(tx);
      await sleep(400);
      await sql`select 1`.execute(tx);
    });
    await expect(stuck).rejects.toMatchObject({ code: 'unavailable' });
    const free = await pool.query('select pg_try_advisory_xact_lock(1) as free');
    expect(free.rows).toEqual([{ free: true }]);
    expect(await db.selectFrom('alert').select('id').execute()).toEqual([]);
    await close();
  });

  it('gives up a statement that takes too long, and says it took too long', async () => {
    const { db, pool, close } = connect({ address: database().address, maxConnections: 1 });
    await pool.query('set statement_timeout = 50');
    const slow = db.selectNoFrom((eb) => eb.fn('pg_sleep', [eb.val(5)]).as('slept')).execute();
    await expect(slow).rejects.toMatchObject({ code: 'unavailable', message: 'the database took too long' });
    await close();
  });
});
