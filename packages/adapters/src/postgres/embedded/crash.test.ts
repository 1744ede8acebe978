import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../connect.ts';
import { removeFolder, start, startOwner, temporaryFolder } from './fixtures/data-directory.ts';

// Milliseconds after the first commit; spread so that kills meet commits, flushes and pauses.
const POINTS = [3, 41, 160];

describe('kill -9 of Headwater and of its database at once', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => removeFolder(folder));

  it('loses no row whose commit was answered and invents none, at whatever moment it comes', async () => {
    const directory = join(folder, 'data');
    for (const point of POINTS) {
      const owner = await startOwner(directory);
      while (owner.committed() === 0) await sleep(1);
      await sleep(point);
      process.kill(owner.postgresPid, 'SIGKILL');
      await owner.kill();
      const answered = owner.committed();

      const embedded = await start(directory);
      const { pool, close } = connect({ address: embedded.address });
      const { rows } = await pool.query<{ newest: number; count: number }>(
        'select max(number) as newest, count(*) as count from kept',
      );
      const { newest = 0, count = 0 } = rows[0] ?? {};
      expect(newest).toBeGreaterThanOrEqual(answered);
      // One row may have been committed whose answer the kill cut off, never more.
      expect(newest).toBeLessThanOrEqual(answered + 1);
      expect(count).toBe(newest);
      await close();
      await embedded.stop();
    }
  }, 120_000);
});
