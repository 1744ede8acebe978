import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openTestDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';
import { createJobWorker } from './worker.ts';

const TAKEN_UP_WITHIN_MS = 22_000;

describe('a job whose process is killed', () => {
  it.concurrent.each(ENGINES)(
    'is taken up by another process within seconds on PostgreSQL %s',
    async (engine) => {
      const database = await openTestDatabase(engine);
      const script = fileURLToPath(new URL('fixtures/stuck-worker.ts', import.meta.url));
      const child = spawn(process.execPath, [script, database.url], { stdio: ['ignore', 'pipe', 'inherit'] });
      await database.store.jobs.send('diagnose', { incidentId: 'a' }, { key: 'a' });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      const killedAt = Date.now();

      const ran: string[] = [];
      const worker = createJobWorker({ address: database.address, onError: () => undefined });
      worker.register('diagnose', {
        concurrency: 1,
        handler: async ({ incidentId }) => {
          ran.push(incidentId);
        },
      });
      await worker.start();
      while (ran.length === 0 && Date.now() - killedAt < TAKEN_UP_WITHIN_MS) await sleep(100);
      expect(ran).toEqual(['a']);
      await worker.stop(0);
      await database.close();
    },
    TAKEN_UP_WITHIN_MS + 10_000,
  );
});
