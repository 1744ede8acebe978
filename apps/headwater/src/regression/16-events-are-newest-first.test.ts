import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { expect, it } from 'vitest';
import { crashingWorkload } from './test-crashing-workload.ts';
import { replayCluster, startWorld } from './test-world.ts';

const database = useDatabase('18');
const START = Date.parse('2026-03-01T09:00:00Z');
const MANY = 400;

it('of more Events than are kept the newest are kept, and they are listed newest first', async () => {
  const events = Array.from({ length: MANY }, (_, index) => {
    const time = new Date(START + index * 5_000).toISOString().replace('.000', '');
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `probe.${index}`, namespace: 'shop' },
      type: 'Warning',
      reason: 'Unhealthy',
      message: `Readiness probe failed, number ${index}`,
      firstTimestamp: time,
      lastTimestamp: time,
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'api-7d9f-abcde', uid: 'p-api' },
    };
  });
  await using recording = await temporaryRecording(crashingWorkload({ lines: ['FATAL boom'], objects: { events } }));
  const cluster = await replayCluster(recording.path);
  const world = startWorld({ database: database(), clusters: [cluster.config] });
  try {
    await world.deliver(cluster.alerts);
    const [made] = await world.diagnosed();
    const kept = await database().store.evidence.list({
      incidentId: made?.incidentId ?? '',
      kinds: ['event'],
      limit: 500,
    });
    const times = kept.map(({ observedAt }) => observedAt ?? 0);
    expect(times).toEqual([...times].sort((left, right) => right - left));
    expect(kept.length).toBeLessThan(MANY);
    const told = kept.map(({ text }) => text).join('\n');
    expect(told).toContain(`number ${MANY - 1}`);
    expect(told).not.toContain('number 0\n');
  } finally {
    await world.stop();
    await cluster.stop();
  }
});
