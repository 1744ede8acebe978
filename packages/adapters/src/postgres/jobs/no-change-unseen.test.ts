import { setTimeout as sleep } from 'node:timers/promises';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { transactionWithRetries } from '../store.ts';
import { createJobWorker } from './worker.ts';

const KEYS = Array.from({ length: 60 }, (_, number) => `inc_${number}`);
const CHANGES = 3;

/** Numbers that look random and are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.each(ENGINES)('changes and the jobs that look at them on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('however writers and workers interleave, the last change of each key is seen and no key runs twice at once', async () => {
    const { db, jobs, pool, address } = database();
    await pool.query('create table changed (key text primary key, version int not null)');
    for (const key of KEYS) await pool.query('insert into changed values ($1, 0)', [key]);
    const random = randomNumbers(11);
    const seen = new Map<string, number>();
    const running = new Set<string>();
    const twice: string[] = [];

    const worker = createJobWorker({ address, onError: () => undefined, pollSeconds: 0.5 });
    worker.register('diagnose', {
      concurrency: 3,
      handler: async ({ incidentId }) => {
        if (running.has(incidentId)) twice.push(incidentId);
        running.add(incidentId);
        const { rows } = await pool.query<{ version: number }>('select version from changed where key = $1', [
          incidentId,
        ]);
        await sleep(random() * 15);
        seen.set(incidentId, rows[0]?.version ?? -1);
        running.delete(incidentId);
      },
    });
    await worker.start();

    const write = (key: string) =>
      transactionWithRetries({ db, random }, async (tx) => {
        await sql`update changed set version = version + 1 where key = ${key}`.execute(tx);
        await jobs.sender(tx).send('diagnose', { incidentId: key }, { key });
        // The moment a worker must not use: the job is known, the change is not committed.
        await sleep(5 + random() * 10);
      });
    // Few changes of many keys: after the last one of a key nothing comes that would make good for an unseen one.
    for (let start = 0; start < KEYS.length; start += 6) {
      const writers = KEYS.slice(start, start + 6).map(async (key) => {
        for (let change = 0; change < CHANGES; change++) await write(key);
      });
      await Promise.all(writers);
    }

    const last = Object.fromEntries(KEYS.map((key) => [key, CHANGES]));
    await expect.poll(() => Object.fromEntries(seen), { timeout: 10_000 }).toEqual(last);
    expect(twice).toEqual([]);
    await worker.stop(1_000);
  });
});
