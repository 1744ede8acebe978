import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReadiness } from '../server/readiness.ts';
import type { ClusterConfig } from '../worker/cluster-configs.ts';
import { recordingPath, type ReplayedCluster, replayCluster, startWorld } from './test-world.ts';

const NOBODY = 'http://127.0.0.1:9';
const NO_CLUSTER = JSON.stringify({
  'current-context': 'c',
  clusters: [{ name: 'c', cluster: { server: NOBODY } }],
  users: [{ name: 'c', user: {} }],
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'c' } }],
});

describe('a dependency that is away', () => {
  const database = useDatabase('18');
  let cluster: ReplayedCluster;
  beforeAll(async () => {
    cluster = await replayCluster(recordingPath('oom-killed'));
  });
  afterAll(() => cluster.stop());

  async function analysedWith(changes: Partial<ClusterConfig>) {
    await database().pool.query('truncate incident, alert, event cascade');
    const world = startWorld({ database: database(), clusters: [{ ...cluster.config, timeoutMs: 1_500, ...changes }] });
    const readiness = createReadiness({ probe: () => database().pool.query('select 1'), now: Date.now });
    try {
      await world.deliver(cluster.alerts);
      const [made] = await world.diagnosed();
      expect(await readiness.check()).toMatchObject([{ name: 'store', ok: true }]);
      return made?.body;
    } finally {
      await world.stop();
    }
  }

  it.each([
    ['Prometheus', { prometheus: { url: NOBODY } }, 'Metrics could not be read'],
    ['Loki', { loki: { url: NOBODY } }, 'Archived logs could not be read'],
    ['Tempo', { tempo: { url: NOBODY } }, 'Traces could not be read'],
  ])('%s: the cause is found all the same, and what is missing is said', async (_, changes, gap) => {
    const body = await analysedWith(changes);
    expect(body).toMatchObject({ verdict: 'cause', causes: [{ category: 'oom-killed' }] });
    expect(body?.gaps.map(({ statement }) => statement).join('\n')).toContain(gap);
  });

  it('the cluster itself: there is a diagnosis, and it says that it saw nothing', async () => {
    const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const folder = await mkdtemp(`${tmpdir()}/headwater-nobody-`);
    await writeFile(`${folder}/kubeconfig`, NO_CLUSTER);
    const body = await analysedWith({ kubeconfig: `${folder}/kubeconfig` });
    await rm(folder, { recursive: true });
    expect(body?.verdict).toBe('insufficient-evidence');
    expect(body?.gaps.map(({ statement }) => statement).join('\n')).toContain('could not be read');
  });
});
