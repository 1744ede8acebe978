import { randomFillSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AnalyzeRequest } from '@headwater/contracts/http/agent.ts';
import { sortableId } from '@headwater/core/sortable-id.ts';
import { commitSignals } from '@headwater/engine/intake/commit-signals.ts';
import { deliveryOf } from '@headwater/engine/intake/delivery.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import { silentMetrics } from '@headwater/engine/ports/metrics.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultSettings } from '../config/defaults.ts';
import { CLUSTER, recordingPath, type ReplayedCluster, replayCluster } from '../regression/test-world.ts';
import { startWorker, type WorkerThread } from './start-worker.ts';

const ENTRY = new URL('../wiring/worker.ts', import.meta.url);

describe('the worker thread', () => {
  const database = useDatabase('18');
  let cluster: ReplayedCluster;
  let thread: WorkerThread;
  const failures: string[] = [];
  const restarts: string[] = [];
  const log: Log = { info: () => {}, warn: () => {}, error: (_, message) => failures.push(message) };

  beforeAll(async () => {
    cluster = await replayCluster(recordingPath('oom-killed'));
    const settings = defaultSettings();
    thread = startWorker({
      entry: ENTRY,
      data: {
        settings: { ...settings, server: { ...settings.server, logLevel: 'error' } },
        clusters: [cluster.config],
        database: database().address,
        version: 'test',
      },
      log,
      metrics: { ...silentMetrics, count: (name) => restarts.push(name) },
    });
    await thread.started;
  });
  afterAll(async () => {
    await thread.stop(2_000);
    await cluster.stop();
  });

  const request = () => AnalyzeRequest.parse({ alert: cluster.alerts[0] && wire(cluster.alerts[0]), thread_ts: '7' });

  it('answers an analysis as the kube-rca agent would', async () => {
    const answer = await thread.analyze(request(), CLUSTER, 20_000);
    expect(answer).toMatchObject({
      status: 'ok',
      thread_ts: '7',
      analysis_type: 'firing',
      capabilities: { k8s_core: 'ok' },
      context: { cluster: CLUSTER, verdict: 'cause', category: 'oom-killed' },
    });
    expect(answer.analysis).toContain('# Diagnosis: cause');
    expect(answer.artifacts.length).toBeGreaterThan(0);
  });

  it('correlates and diagnoses what a webhook left in the database', async () => {
    const { store, db } = database();
    const newId = (prefix: string) => sortableId(prefix, Date.now(), randomFillSync(new Uint8Array(16)));
    const alerts = cluster.alerts.map((alert) => ({ ...alert, generatorUrl: null, extra: {} }));
    const body = { source: 'alertmanager', groupKey: null, receiver: null, truncatedAlerts: 0, alerts } as const;
    await commitSignals(store, [deliveryOf(body, CLUSTER, Date.now())], newId);
    for (let tries = 0; tries < 400; tries++) {
      const [incident] = await db.selectFrom('incident').selectAll().execute();
      if (incident?.diagnosis_state === 'done') break;
      await sleep(25);
    }
    expect(await db.selectFrom('incident').selectAll().executeTakeFirst()).toMatchObject({
      cause_category: 'oom-killed',
    });
  });

  it('gives up a question after its time, and one without a readable alert', async () => {
    await expect(thread.analyze(request(), CLUSTER, 1)).rejects.toMatchObject({ code: 'unavailable' });
    const late = { ...request(), alert: { ...request().alert, labels: {} } };
    expect(await thread.analyze(late, 'nowhere', 10_000)).toMatchObject({ analysis_quality: 'low' });
  });

  it('tells what it has measured', async () => {
    // The job ends a moment after its incident is seen to be diagnosed.
    let values: readonly unknown[] = [];
    for (let tries = 0; tries < 100 && values.length === 0; tries++) {
      const read = await thread.readMetrics();
      values = read.find(({ name }) => name === 'headwater_job_duration_seconds')?.values ?? [];
      if (values.length === 0) await sleep(10);
    }
    expect(values).toContainEqual(
      expect.objectContaining({ labels: expect.objectContaining({ queue: 'diagnose', outcome: 'written' }), value: 1 }),
    );
  });

  it('refuses questions once it is stopped', async () => {
    expect(failures).toEqual([]);
    expect(restarts).toEqual([]);
    await thread.stop(2_000);
    await expect(thread.analyze(request(), CLUSTER, 1_000)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a thread that ends by itself', () => {
  it('is started again with growing pauses, counted and told, until it is stopped', async () => {
    const failures: string[] = [];
    const restarts: string[] = [];
    const thread = startWorker({
      entry: new URL('data:text/javascript,process.exit(3)'),
      data: { settings: defaultSettings(), clusters: [], database: { url: 'postgres://nowhere' }, version: 'test' },
      log: { info: () => {}, warn: () => {}, error: (_, message) => failures.push(message) },
      metrics: { ...silentMetrics, count: (name) => restarts.push(name) },
    });
    await expect(thread.analyze(AnalyzeRequest.parse({ alert: { labels: {} } }), 'c', 5_000)).rejects.toMatchObject({
      code: 'unavailable',
      details: { retryAfterSeconds: 2 },
    });
    for (let tries = 0; tries < 200 && restarts.length < 2; tries++) await sleep(10);
    await thread.stop(100);
    const before = restarts.length;
    expect(before).toBeGreaterThanOrEqual(2);
    expect(failures[0]).toContain('ended by itself');
    await sleep(700);
    expect(restarts).toHaveLength(before);
  });
});

function wire({ startsAt, endsAt, ...alert }: ReplayedCluster['alerts'][number]) {
  return {
    ...alert,
    startsAt: startsAt && new Date(startsAt).toISOString(),
    endsAt: endsAt && new Date(endsAt).toISOString(),
  };
}
