import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CACHE, removeFolder, temporaryFolder } from '../embedded/fixtures/data-directory.ts';
import { openDatabase } from '../open.ts';
import { createJobWorker } from './worker.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => removeFolder(folder));

describe('jobs when their database is killed', () => {
  it('go on when it is back: what was committed runs, what ran is finished or tried again', async () => {
    const database = await openDatabase({
      dataDirectory: join(folder, 'data'),
      cacheDirectory: CACHE,
      now: Date.now,
      random: Math.random,
      onError: () => undefined,
      log: () => undefined,
    });
    const ran: string[] = [];
    const worker = createJobWorker({ address: database.address, onError: () => undefined, pollSeconds: 0.5 });
    worker.register('diagnose', {
      concurrency: 2,
      handler: async ({ incidentId }) => {
        ran.push(incidentId);
      },
    });
    await worker.start();
    const send = (incidentId: string) =>
      database.store.transaction((tx) => tx.jobs.send('diagnose', { incidentId }, { key: incidentId }));
    await send('before');
    await expect.poll(() => ran, { timeout: 5_000 }).toContain('before');

    for (const round of ['first', 'second']) {
      const { rows } = await database.pool.query<{ pid: number }>(
        `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`,
      );
      process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
      await expect.poll(() => send(round).then(() => 'sent', String), { timeout: 10_000, interval: 20 }).toBe('sent');
      await expect.poll(() => ran, { timeout: 10_000 }).toContain(round);
    }
    await worker.stop(1_000);
    await database.close();
  });
});
