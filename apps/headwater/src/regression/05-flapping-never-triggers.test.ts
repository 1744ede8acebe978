import { MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { createStore } from '@headwater/adapters/postgres/store.ts';
import { runSweeps } from '@headwater/engine/correlate/run-sweeps.ts';
import { describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './test-receiver.ts';

const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'warning' };

describe.each(ENGINES)('on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  async function cycle(receiver: Receiver): Promise<void> {
    const startsAt = receiver.now;
    await receiver.post([{ labels, startsAt }]);
    await receiver.correlate();
    receiver.now += 2 * MINUTE;
    await receiver.post([{ labels, startsAt, endsAt: receiver.now }]);
    await receiver.correlate();
    receiver.now += 2 * MINUTE;
  }

  const flappingSince = async () =>
    (await database().db.selectFrom('alert').select('flapping_since').executeTakeFirstOrThrow()).flapping_since;

  it('three cycles within thirty minutes turn it on, thirty quiet minutes off, a restart between changes nothing', async () => {
    const receiver = await startReceiver(database());
    await cycle(receiver);
    await cycle(receiver);
    expect(await flappingSince()).toBeNull();
    await cycle(receiver);
    expect(await flappingSince()).toBe(receiver.now - 2 * MINUTE);
    await receiver.diagnoses();
    await cycle(receiver);
    expect(await receiver.diagnoses()).toEqual([]);
    expect(await receiver.incidents()).toMatchObject([{ status: 'open', alertCount: 1, reopened: 0 }]);

    // A process that knows only what the database knows.
    const { db, jobs } = database();
    const restarted = { ...receiver.ctx(), store: createStore({ db, jobs: jobs.sender, random: () => 0 }) };
    const sweep = () =>
      runSweeps(restarted, {
        quietPeriod: 5 * MINUTE,
        onError: (_sweep, error) => {
          throw error;
        },
      });
    receiver.now += 27 * MINUTE;
    expect(await sweep()).toMatchObject({ flapping: 0, quiet: 0 });
    receiver.now += MINUTE;
    expect(await sweep()).toMatchObject({ flapping: 1 });
    expect(await flappingSince()).toBeNull();
    expect(await receiver.diagnoses()).toHaveLength(1);
  });

  it('three cycles over more than thirty minutes are no flapping', async () => {
    const receiver = await startReceiver(database());
    for (let round = 0; round < 3; round++) {
      await cycle(receiver);
      receiver.now += 12 * MINUTE;
    }
    expect(await flappingSince()).toBeNull();
  });
});
