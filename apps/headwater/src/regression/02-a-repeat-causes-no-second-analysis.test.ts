import { setTimeout as sleep } from 'node:timers/promises';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { expect, it } from 'vitest';
import { recordingPath, replayCluster, startWorld } from './test-world.ts';

const database = useDatabase('18');

it('the same webhook delivered again, and the repeats of its sender, are analysed once', async () => {
  const cluster = await replayCluster(recordingPath('oom-killed'));
  const analysed: string[] = [];
  const log = {
    info: (_: object, message: string) => void (message === 'diagnosed' && analysed.push(message)),
    warn: () => {},
    error: () => {},
  };
  const world = startWorld({ database: database(), clusters: [cluster.config], log });
  try {
    await Promise.all([world.deliver(cluster.alerts), world.deliver(cluster.alerts)]);
    await world.diagnosed();
    for (let repeat = 0; repeat < 3; repeat++) await world.deliver(cluster.alerts);
    // Longer than a burst is gathered, so that a second analysis would have run.
    await sleep(6_000);
    expect(analysed).toEqual(['diagnosed']);
    const { db } = database();
    expect(await db.selectFrom('diagnosis').selectAll().execute()).toHaveLength(1);
    const told = await db.selectFrom('event').select('kind').where('kind', '=', 'incident.diagnosed').execute();
    expect(told).toHaveLength(1);
    const episodes = await db.selectFrom('alert_episode').select('repeats').execute();
    expect(episodes.map(({ repeats }) => repeats)).toEqual(cluster.alerts.map(() => 4));
  } finally {
    await world.stop();
    await cluster.stop();
  }
}, 30_000);
