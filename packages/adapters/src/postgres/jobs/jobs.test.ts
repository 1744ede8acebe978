import { setTimeout as sleep } from 'node:timers/promises';
import type { JobWorker } from '@headwater/engine/ports/jobs.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobWorker } from './worker.ts';

describe.each(ENGINES)('jobs on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const workers: JobWorker[] = [];
  const ran: string[] = [];

  beforeEach(() => {
    ran.length = 0;
  });

  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop(0);
    await database().pool.query('delete from pgboss.job');
  });

  async function work(
    handler: (incidentId: string, signal: AbortSignal) => Promise<void>,
    concurrency = 2,
  ): Promise<JobWorker> {
    const worker = createJobWorker({ address: database().address, onError: () => undefined, pollSeconds: 0.5 });
    worker.register('diagnose', {
      concurrency,
      handler: async ({ incidentId }, signal) => {
        ran.push(incidentId);
        await handler(incidentId, signal);
      },
    });
    workers.push(worker);
    await worker.start();
    return worker;
  }

  function send(incidentId: string, startAfter?: number): Promise<boolean> {
    const options = startAfter === undefined ? { key: incidentId } : { key: incidentId, startAfter };
    return database().store.jobs.send('diagnose', { incidentId }, options);
  }

  it('run soon after the transaction that sent them, and not at all when it fails', async () => {
    await work(async () => {});
    const { store } = database();
    await expect(
      store.transaction(async (tx) => {
        await tx.jobs.send('diagnose', { incidentId: 'lost' }, { key: 'lost' });
        throw new Error('the transaction fails');
      }),
    ).rejects.toThrow('the transaction fails');
    const sent = Date.now();
    await store.transaction((tx) => tx.jobs.send('diagnose', { incidentId: 'kept' }, { key: 'kept' }));
    await until(() => ran.length > 0);
    expect(Date.now() - sent).toBeLessThan(900);
    expect(ran).toEqual(['kept']);
  });

  it('wait once per key, and once more when they are sent while one of the key runs', async () => {
    expect(await send('a')).toBe(true);
    expect(await send('a')).toBe(false);
    await database().store.jobs.sendMany('diagnose', [
      { data: { incidentId: 'a' }, key: 'a' },
      { data: { incidentId: 'b' }, key: 'b' },
      { data: { incidentId: 'b' }, key: 'b' },
    ]);
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    await work((incidentId) => (incidentId === 'a' ? held : Promise.resolve()));
    await until(() => ran.length === 2);
    expect(await send('a')).toBe(true);
    expect(await send('a')).toBe(false);
    // The waiting one of the key that runs keeps no other key back, and never runs beside its twin.
    expect(await send('c')).toBe(true);
    await until(() => ran.includes('c'));
    expect(ran.filter((id) => id === 'a')).toHaveLength(1);
    letGo();
    await until(() => ran.filter((id) => id === 'a').length === 2);
    await until(async () => (await depths()).waiting + (await depths()).active === 0);
  });

  it('see what was committed by whoever found one waiting', async () => {
    await send('a');
    const { promise: commit, resolve: letCommit } = Promise.withResolvers<void>();
    const writing = database().store.transaction(async (tx) => {
      await tx.jobs.send('diagnose', { incidentId: 'a' }, { key: 'a' });
      await commit;
    });
    await sleep(50);
    await work(async () => {});
    await sleep(300);
    expect(ran).toEqual([]);
    letCommit();
    await writing;
    await until(() => ran.length === 1);
  });

  it('start at their time, or earlier when they are wanted earlier', async () => {
    await work(async () => {});
    await send('later', Date.now() + 1_500);
    await send('sooner', Date.now() + 60_000);
    await sleep(300);
    expect(ran).toEqual([]);
    expect(await send('sooner')).toBe(false);
    await until(() => ran.length === 2);
    expect(ran).toEqual(['sooner', 'later']);
  });

  it('are bounded in number and drained without pause', async () => {
    let running = 0;
    let most = 0;
    const started = Date.now();
    const jobs = Array.from({ length: 30 }, (_, index) => `job-${index}`);
    await database().store.jobs.sendMany(
      'diagnose',
      jobs.map((incidentId) => ({ data: { incidentId }, key: incidentId })),
    );
    await work(async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(10);
      running -= 1;
    }, 3);
    await until(() => ran.length === 30);
    expect(most).toBe(3);
    expect(new Set(ran).size).toBe(30);
    expect(Date.now() - started).toBeLessThan(6_000);
  });

  it('are retried with back-off, at last a dead letter that can be replayed', async () => {
    let sound = false;
    await work(async () => {
      if (!sound) throw new Error('the cluster does not answer');
    });
    await send('a');
    for (let attempt = 1; attempt <= 6; attempt++) {
      await until(() => ran.length === attempt);
      await until(async () => (await depths()).active === 0);
      const result = await database().pool.query(
        `update pgboss.job set start_after = now() where name = 'diagnose' and state = 'retry'
         returning extract(epoch from start_after - started_on) as waits`,
      );
      expect(result.rowCount).toBe(attempt < 6 ? 1 : 0);
    }
    const { admin } = database().jobs;
    const dead = await admin.dead(10);
    expect(dead).toMatchObject([
      { name: 'diagnose', key: 'a', data: { incidentId: 'a' }, error: 'the cluster does not answer', attempts: 6 },
    ]);
    expect(await depths()).toMatchObject({ waiting: 0, active: 0, dead: 1 });

    sound = true;
    expect(await admin.replay([dead[0]?.id ?? ''])).toBe(1);
    await until(() => ran.length === 7);
    await until(async () => (await depths()).active === 0);
    expect(await admin.dead(10)).toEqual([]);
  }, 90_000);

  it('are handed back when the process stops before they end', async () => {
    let aborted = false;
    const worker = await work(async (_, signal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
    });
    await send('a');
    await until(() => ran.length === 1);
    await worker.stop(1_000);
    workers.pop();
    expect(aborted).toBe(true);
    expect(await depths()).toMatchObject({ waiting: 1, active: 0, dead: 0 });
  });

  async function depths() {
    const all = await database().jobs.admin.depths();
    return all.find(({ name }) => name === 'diagnose') ?? { waiting: -1, active: -1, dead: -1 };
  }
});

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 20) {
    if (await condition()) return;
    await sleep(20);
  }
  throw new Error('it did not happen within 20 s');
}
