import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { expect, it } from 'vitest';
import { recordingPath, replayCluster, startWorld } from './test-world.ts';

const database = useDatabase('18');

it('an alert is analysed and the analysis visible although no chat is configured', async () => {
  const cluster = await replayCluster(recordingPath('oom-killed'));
  const world = startWorld({ database: database(), clusters: [cluster.config] });
  try {
    await world.deliver(cluster.alerts);
    const [made] = await world.diagnosed();
    expect(made).toMatchObject({ phase: 'firing', verdict: 'cause', body: { causes: [{ category: 'oom-killed' }] } });
    const incident = await database().db.selectFrom('incident').selectAll().executeTakeFirstOrThrow();
    expect(incident).toMatchObject({ diagnosis_id: made?.id, cause_category: 'oom-killed', title_by: 'diagnosis' });
    // Correlated by owner although the alerts came before the first lists of the cluster were in.
    const [episode] = await database().db.selectFrom('alert_episode').select('root_key').execute();
    expect(episode?.root_key).toMatch(/^Deployment\//);
    const kept = await database().store.evidence.list({ incidentId: incident.id, limit: 200 });
    const kinds = new Set(kept.map(({ kind }) => kind));
    for (const kind of ['object', 'event', 'log-excerpt', 'field']) expect(kinds).toContain(kind);
  } finally {
    await world.stop();
    await cluster.stop();
  }
});
