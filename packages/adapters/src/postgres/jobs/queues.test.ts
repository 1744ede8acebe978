import { JOB_QUEUES } from '@headwater/engine/ports/jobs.ts';
import { openEmptyDatabase, useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';
import { DEAD_QUEUE, isJobName, prepareQueues } from './queues.ts';

describe.each(ENGINES)('the queues on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const rows = async (text: string) => (await database().pool.query<Record<string, unknown>>(text)).rows;

  it('are one for each kind of job and one for dead letters', async () => {
    const names = await rows('select name from pgboss.queue order by name');
    expect(names.map(({ name }) => name)).toEqual([...Object.keys(JOB_QUEUES), DEAD_QUEUE].sort());
  });

  it('of keyed jobs keep one job per key in each state; dead letters stay for months', async () => {
    const keyed = Object.entries(JOB_QUEUES).filter(([, { keyed: is }]) => is);
    for (const [name, { expireSeconds }] of keyed) {
      const found = await rows(`select * from pgboss.queue where name = '${name}'`);
      expect(found).toEqual([
        expect.objectContaining({
          policy: 'stately',
          dead_letter: DEAD_QUEUE,
          retry_limit: 5,
          retry_backoff: true,
          expire_seconds: expireSeconds,
          heartbeat_seconds: 10,
          notify: true,
        }),
      ]);
    }
    const dead = await rows(`select policy, retention_seconds from pgboss.queue where name = '${DEAD_QUEUE}'`);
    expect(dead).toEqual([{ policy: 'standard', retention_seconds: 90 * 86_400 }]);
  });

  it('take changed settings over at the next start, and keep their jobs', async () => {
    const { pool, store } = database();
    await store.jobs.send('diagnose', { incidentId: 'a' }, { key: 'a' });
    await pool.query(`update pgboss.queue set retry_limit = 1, expire_seconds = 7 where name = 'diagnose'`);
    await prepareQueues(pool);
    expect(await rows(`select retry_limit, expire_seconds from pgboss.queue where name = 'diagnose'`)).toEqual([
      { retry_limit: 5, expire_seconds: JOB_QUEUES.diagnose.expireSeconds },
    ]);
    expect(await rows(`select count(*) as count from pgboss.job where name = 'diagnose'`)).toEqual([{ count: 1 }]);
  });

  it('are made once when several processes start on an empty database', async () => {
    const empty = await openEmptyDatabase(engine);
    await Promise.all([prepareQueues(empty.pool), prepareQueues(empty.pool), prepareQueues(empty.pool)]);
    const found = await empty.pool.query<{ count: number }>('select count(*) as count from pgboss.queue');
    expect(found.rows[0]?.count).toBe(Object.keys(JOB_QUEUES).length + 1);
    await empty.close();
  });

  it('of a newer program are left alone by what lists them', async () => {
    const { jobs, pool } = database();
    await pool.query(`select pgboss.create_queue('of-tomorrow', '{"policy": "standard"}'::jsonb)`);
    const names = (await jobs.admin.depths()).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(JOB_QUEUES).sort());
    expect(isJobName('of-tomorrow')).toBe(false);
    expect(isJobName('toString')).toBe(false);
  });
});

describe('a keyed job', () => {
  const database = useDatabase('18');

  it('without its key is a mistake of ours', async () => {
    await expect(database().store.jobs.send('diagnose', { incidentId: 'a' })).rejects.toMatchObject({
      code: 'internal',
      message: 'a job of the queue diagnose needs a key',
    });
  });

  it('sent twice in one statement waits once, for the earlier of both times', async () => {
    const { pool, store } = database();
    const soon = Date.now() + 60_000;
    await store.jobs.sendMany('diagnose', [
      { data: { incidentId: 'b' }, key: 'b', startAfter: soon + 60_000 },
      { data: { incidentId: 'b' }, key: 'b', startAfter: soon },
    ]);
    const found = await pool.query(`select start_after as at from pgboss.job where singleton_key = 'b'`);
    expect(found.rows).toEqual([{ at: soon }]);
  });

  it('sent for later does not put off one that waits already', async () => {
    const { pool, store } = database();
    await store.jobs.send('diagnose', { incidentId: 'c' }, { key: 'c' });
    expect(await store.jobs.send('diagnose', { incidentId: 'c' }, { key: 'c', startAfter: Date.now() + 60_000 })).toBe(
      false,
    );
    const found = await pool.query(`select start_after <= now() as due from pgboss.job where singleton_key = 'c'`);
    expect(found.rows).toEqual([{ due: true }]);
  });

  it('may carry text that jsonb refuses', async () => {
    const { pool, store } = database();
    await store.jobs.send('diagnose', { incidentId: 'd\u0000' }, { key: 'd' });
    const found = await pool.query(`select data from pgboss.job where singleton_key = 'd'`);
    expect(found.rows).toEqual([{ data: { incidentId: 'd\ufffd' } }]);
  });
});
