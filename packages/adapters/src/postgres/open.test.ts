import { join } from 'node:path';
import { openEmptyDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CACHE, removeFolder, temporaryFolder } from './embedded/fixtures/data-directory.ts';
import { attachDatabase, openDatabase, reachDatabase } from './open.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => removeFolder(folder));

const common = {
  cacheDirectory: CACHE,
  now: Date.now,
  random: Math.random,
  onError: () => undefined,
  log: () => undefined,
};

describe('the database of the server', () => {
  it('is the embedded one unless a URL is given; its address serves threads and commands beside it', async () => {
    const dataDirectory = join(folder, 'data');
    const database = await openDatabase({ ...common, dataDirectory });
    expect(database.applied).toEqual(['0001-first']);
    expect(database.embedded()).toEqual({ state: 'ready' });
    await database.probe();

    const beside = attachDatabase(database.address, common);
    expect(await beside.store.jobs.send('diagnose', { incidentId: 'a' }, { key: 'a' })).toBe(true);
    await beside.close();
    const reached = await reachDatabase({ ...common, dataDirectory });
    expect(reached).toMatchObject({ address: database.address, ownerPid: process.pid });
    await reached.release();

    await database.close();
    expect(database.embedded()).toEqual({ state: 'stopped' });
    const again = await openDatabase({ ...common, dataDirectory });
    expect(again.applied).toEqual([]);
    const depths = await again.jobs.admin.depths();
    expect(depths.find(({ name }) => name === 'diagnose')).toMatchObject({ waiting: 1 });
    await again.close();
  });

  it('says that it is being restarted, and why, while it is', async () => {
    const database = await openDatabase({ ...common, dataDirectory: join(folder, 'data') });
    const { rows } = await database.pool.query<{ pid: number }>(
      `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`,
    );
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    await expect
      .poll(() => database.probe().then(() => '', String), { interval: 5 })
      .toContain('the database is being restarted (attempt 1): it was ended by SIGKILL');
    await expect.poll(() => database.probe().then(() => 'ready', String), { timeout: 10_000 }).toBe('ready');
    await database.close();
  });

  it('is one of one’s own by its URL, which is left running', async () => {
    const own = await openEmptyDatabase('15');
    const database = await openDatabase({ ...common, url: own.url, dataDirectory: '/nonexistent' });
    expect(database.applied).toEqual(['0001-first']);
    expect(database.embedded()).toBeNull();
    await database.probe();
    await database.close();
    expect((await own.pool.query('select count(*) as count from alert')).rows).toEqual([{ count: 0 }]);
    await own.close();
  });

  it('that does not answer fails the start', async () => {
    const starting = openDatabase({ ...common, url: 'postgres://a@127.0.0.1:1/b', dataDirectory: '/nonexistent' });
    await expect(starting).rejects.toMatchObject({ code: 'unavailable' });
  });
});
