import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCrash } from '@headwater/bench/crash/run.ts';
import { expect, it } from 'vitest';

// `node bench/src/crash/main.ts` does the same at 200 points with 10,000 alerts.
it('loses and doubles nothing when it is killed at 20 points while alerts stream in', async () => {
  const outcome = await runCrash({
    seed: 7,
    points: 20,
    alerts: 1_000,
    blows: ['server', 'server and database', 'database'],
    cacheDirectory: join(tmpdir(), `headwater-test-postgres-${process.getuid?.() ?? 0}`),
    now: Date.now,
    say: () => {},
  });
  expect(outcome.violations).toEqual([]);
  expect(outcome).toMatchObject({ bodies: 100, answered: 100 });
  const kills = Object.values(outcome.kills);
  expect(kills.reduce((sum, count) => sum + count, 0)).toBe(20);
  expect(Math.min(...kills)).toBeGreaterThan(2);
}, 600_000);
