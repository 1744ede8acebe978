import { setTimeout as sleep } from 'node:timers/promises';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { expect, it } from 'vitest';
import { crashingWorkload } from '../regression/test-crashing-workload.ts';
import { CLUSTER, replayCluster, startWorld } from '../regression/test-world.ts';
import type { Settings } from '../config/settings.ts';

const database = useDatabase('18');

function watching(settings: Settings): Settings {
  return { ...settings, kubernetes: { ...settings.kubernetes, eventSignals: true } };
}

it('a Warning Event of the cluster opens an incident that is diagnosed, though no alert was sent', async () => {
  await using recording = await temporaryRecording(crashingWorkload({ lines: ['FATAL boom'] }));
  const cluster = await replayCluster(recording.path);
  const world = startWorld({ database: database(), clusters: [cluster.config], settings: watching });
  try {
    const [made] = await world.diagnosed();
    expect(made?.body.causes[0]?.subject).toMatchObject({ kind: 'Deployment', namespace: 'shop', name: 'api' });
    const alerts = await database().db.selectFrom('alert').selectAll().execute();
    // Three Events of one reason about one Pod are one alert.
    expect(alerts).toMatchObject([
      {
        cluster: CLUSTER,
        source: 'kubernetes-event',
        name: 'BackOff',
        severity: 'warning',
        namespace: 'shop',
        subject: { kind: 'Pod', name: 'api-7d9f-abcde' },
        status: 'firing',
      },
    ]);
    const [episode] = await database().db.selectFrom('alert_episode').selectAll().execute();
    expect(episode?.expires_at).toBeGreaterThan(Date.now());
  } finally {
    await world.stop();
    await cluster.stop();
  }
});

it('nothing is made of Events unless it is asked for', async () => {
  await database().pool.query('truncate incident, alert, event cascade');
  await using recording = await temporaryRecording(crashingWorkload({ lines: ['FATAL boom'] }));
  const cluster = await replayCluster(recording.path);
  const world = startWorld({ database: database(), clusters: [cluster.config] });
  await sleep(1_500);
  await world.stop();
  await cluster.stop();
  expect(await database().db.selectFrom('alert').selectAll().execute()).toEqual([]);
});
