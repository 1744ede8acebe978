import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@headwater/adapters/postgres/connect.ts';
import { embeddedAddress } from '@headwater/adapters/postgres/embedded/supervisor.ts';
import { createVictim, type Victim } from '@headwater/bench/crash/victim.ts';
import { labelFingerprint } from '@headwater/core/alert/fingerprint.ts';
import { hasAlerting, type RealAlerting, startAlerting } from '@headwater/testkit/real-alerting.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DemoCluster, demoClock, startDemoCluster } from '../wiring/demo.ts';
import { type ApiClient, signIn } from './test-api.ts';

// The lane is not skipped when the programs are absent: a contract nobody ran is no contract.
if (!hasAlerting())
  throw new Error('needs Prometheus and Alertmanager: apt-get install prometheus prometheus-alertmanager');

const PASSWORD = 'real-alerting-password-1';
const CACHE = join(tmpdir(), `headwater-test-postgres-${process.getuid?.() ?? 0}`);

describe.each([
  ['one Alertmanager', 1],
  ['a pair of Alertmanagers that gossip', 2],
])('alerts of Prometheus through %s', (_, alertmanagers) => {
  const firing = new Map<string, number>();
  let folder = '';
  let cluster: DemoCluster;
  let victim: Victim;
  let alerting: RealAlerting;
  let api: ApiClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headwater-real-'));
    await chmod(folder, 0o711);
    cluster = await startDemoCluster(
      [{ recording: 'configmap-missing', namespace: 'core-banking', firesAt: 0 }],
      demoClock,
    );
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, cluster.kubeconfig);
    victim = await createVictim({
      dataDirectory: join(folder, 'data'),
      cacheDirectory: CACHE,
      env: {
        HEADWATER_ADMIN_PASSWORD: PASSWORD,
        HEADWATER_KUBECONFIG: kubeconfig,
        HEADWATER_CLUSTER_NAME: 'real',
        HEADWATER_EVENT_SIGNALS: 'false',
        HEADWATER_QUIET_PERIOD: '1s',
        HEADWATER_SWEEP_INTERVAL: '500ms',
      },
    });
    victim.start();
    await victim.ready();
    // The first admin is made last of all, after the server is ready for alerts.
    await vi.waitUntil(() => victim.said().includes('listens on'), { timeout: 60_000 });
    api = await signIn(victim.url, PASSWORD);
    const { secret } = await api.post('/api/v1/tokens', { name: 'alertmanager', bindings: [{ role: 'sender' }] });
    alerting = await startAlerting({
      alertmanagers,
      webhook: `${victim.url}/webhook/alertmanager`,
      token: String(secret),
      metrics: () =>
        [
          '# TYPE demo_restarts gauge',
          ...[...firing].map(([labels, value]) => `demo_restarts{${labels}} ${value}`),
          '',
        ].join('\n'),
      rule: { alert: 'KubePodNotReady', expr: 'demo_restarts > 3', labels: { severity: 'critical' } },
    });
  }, 240_000);

  afterAll(async () => {
    await alerting?.stop();
    await victim?.kill('server and database');
    await cluster?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function incidents(): Promise<Record<string, unknown>[]> {
    const { items } = await api.get('/api/v1/incidents?limit=200');
    return items as Record<string, unknown>[];
  }

  async function stored(): Promise<Record<string, number>> {
    const connection = connect({ address: embeddedAddress(join(folder, 'data')) });
    try {
      const { rows } = await connection.pool.query<
        Record<string, number>
      >(`select count(distinct a.id) as alerts, count(e.id) as episodes,
        count(e.id) filter (where e.status = 'firing') as firing from alert a join alert_episode e on e.alert_id = a.id`);
      return rows[0] ?? {};
    } finally {
      await connection.close();
    }
  }

  /** As Alertmanager sent them, or as we make them of the stored labels. */
  async function fingerprints(make?: typeof labelFingerprint): Promise<string[]> {
    const connection = connect({ address: embeddedAddress(join(folder, 'data')) });
    try {
      const { rows } = await connection.pool.query<{ fingerprint: string; labels: Record<string, string> }>(
        'select fingerprint, labels from alert order by id',
      );
      return rows.map(({ fingerprint, labels }) => (make ? make(labels) : fingerprint));
    } finally {
      await connection.close();
    }
  }

  const labelsOf = (name: string, namespace = 'core-banking'): string => `namespace="${namespace}",pod="${name}"`;

  it('become one incident with a diagnosis, which ends when they do', async () => {
    const [alert] = [...cluster.alerts.values()].flat();
    const labels = labelsOf(alert?.labels['pod'] ?? '', alert?.labels['namespace']);
    firing.set(labels, 5);
    await expect
      .poll(
        async () =>
          (await incidents()).map(({ diagnosisState, verdict, firingCount }) => [diagnosisState, verdict, firingCount]),
        { timeout: 90_000, interval: 300 },
      )
      .toEqual([['done', 'cause', 1]]);
    const [incident] = await incidents();
    const diagnosis = await api.get(`/api/v1/incidents/${String(incident?.['id'])}/diagnosis`);
    expect(JSON.stringify(diagnosis)).toContain('ConfigMap');
    expect(await fingerprints()).toEqual(await fingerprints(labelFingerprint));
    firing.set(labels, 0);
    await expect
      .poll(async () => (await incidents()).map(({ status, firingCount }) => [status, firingCount]), {
        timeout: 90_000,
        interval: 300,
      })
      .toEqual([['resolved', 0]]);
    expect(await stored()).toMatchObject({ alerts: 1, episodes: 1, firing: 0 });
  }, 240_000);

  it('are neither lost nor doubled when the server is killed and restarted in mid-delivery', async () => {
    const pods = Array.from({ length: 12 }, (_unused, index) => labelsOf(`ledger-${index}`, `team-${index % 4}`));
    for (const pod of pods) firing.set(pod, 7);
    // From the first evaluation to the first delivery it takes some seconds; the blows fall before, in and after it.
    for (const pause of [4_000, 300, 900, 1_500]) {
      await sleep(pause);
      await victim.kill(pause === 300 ? 'server and database' : 'server');
      victim.start();
      await victim.ready();
    }
    await expect
      .poll(stored, { timeout: 90_000, interval: 500 })
      .toMatchObject({ alerts: 13, episodes: 13, firing: 12 });
    await expect
      .poll(
        async () =>
          (await incidents())
            .filter(({ status }) => status !== 'resolved')
            .reduce((sum, { firingCount }) => sum + Number(firingCount), 0),
        { timeout: 90_000, interval: 500 },
      )
      .toBe(12);
    const open = (await incidents()).filter(({ status }) => status !== 'resolved');
    expect(new Set(open.map(({ title }) => title)).size).toBe(open.length);
    for (const pod of pods) firing.set(pod, 0);
    await expect
      .poll(stored, { timeout: 90_000, interval: 500 })
      .toMatchObject({ alerts: 13, episodes: 13, firing: 0 });
  }, 400_000);
});
