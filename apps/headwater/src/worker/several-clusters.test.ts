import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { expect, it } from 'vitest';
import { recordingPath, replayCluster, startWorld } from '../regression/test-world.ts';

const database = useDatabase('18');

it('an alert is analysed in the cluster its label names, and one of an unknown cluster says so', async () => {
  const [eu, us] = await Promise.all([
    replayCluster(recordingPath('oom-killed')),
    replayCluster(recordingPath('zero-replicas')),
  ]);
  const of = (cluster: string, { alerts }: typeof eu) =>
    alerts.slice(0, 1).map((alert) => ({ ...alert, labels: { ...alert.labels, cluster } }));
  const clusters = [
    { ...eu.config, name: 'eu' },
    { ...us.config, name: 'us' },
  ];
  const world = startWorld({ database: database(), clusters });
  try {
    await world.deliver([...of('eu', eu), ...of('us', us), ...of('elsewhere', eu)]);
    await world.diagnosed(1, 3);
    const rows = await database()
      .db.selectFrom('incident')
      .select(['cluster', 'verdict', 'cause_category'])
      .orderBy('cluster')
      .execute();
    expect(rows).toEqual([
      { cluster: 'elsewhere', verdict: 'insufficient-evidence', cause_category: null },
      { cluster: 'eu', verdict: 'cause', cause_category: 'oom-killed' },
      { cluster: 'us', verdict: 'cause', cause_category: 'zero-replicas' },
    ]);
  } finally {
    await world.stop();
    await Promise.all([eu.stop(), us.stop()]);
  }
});
