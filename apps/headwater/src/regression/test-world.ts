import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createJobWorker } from '@headwater/adapters/postgres/jobs/worker.ts';
import { openWake } from '@headwater/adapters/postgres/wake.ts';
import { endingAt } from '@headwater/adapters/recording/shift.ts';
import { openRecording } from '@headwater/adapters/recording/open.ts';
import { startReplay } from '@headwater/adapters/replay/server.ts';
import { sortableId } from '@headwater/core/sortable-id.ts';
import type { Alert } from '@headwater/diagnosis/snapshot/input.ts';
import type { AnalysisRuntime } from '@headwater/engine/diagnose/analyse.ts';
import { commitSignals } from '@headwater/engine/intake/commit-signals.ts';
import { deliveryOf } from '@headwater/engine/intake/delivery.ts';
import { type Log, silentLog } from '@headwater/engine/ports/log.ts';
import { silentMetrics } from '@headwater/engine/ports/metrics.ts';
import type { DiagnosisRow } from '@headwater/engine/ports/store/diagnoses.ts';
import type { TestDatabase } from '@headwater/testkit/postgres/database.ts';
import { defaultSettings } from '../config/defaults.ts';
import type { Settings } from '../config/settings.ts';
import { wire, type Wiring } from '../wiring.ts';
import type { ClusterConfig } from '../worker/cluster-configs.ts';
import { startWork, type Work } from '../worker/work.ts';

export const CLUSTER = 'replayed';

/** A recorded cluster that fails now, served on loopback with its telemetry. */
export interface ReplayedCluster {
  readonly config: ClusterConfig;
  readonly alerts: readonly Alert[];
  stop(): Promise<void>;
}

/** Serves a recording, moved so that it ends now. */
export async function replayCluster(path: string): Promise<ReplayedCluster> {
  const source = endingAt(await openRecording(path), Math.floor(Date.now() / 1000) * 1000);
  const alerts: Alert[] = [];
  for await (const item of source.read(['alerts'])) if (item.type === 'alert') alerts.push(item.alert);
  const clock = {
    now: Date.now,
    wait: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined),
  };
  const replay = await startReplay({ source, clock });
  const folder = await mkdtemp(join(tmpdir(), 'headwater-replay-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, replay.kubeconfig);
  return {
    alerts,
    config: {
      name: CLUSTER,
      kubeconfig,
      prometheus: { url: `${replay.url}/prometheus` },
      loki: { url: `${replay.url}/loki` },
      tempo: { url: `${replay.url}/tempo` },
      timeoutMs: 5_000,
    },
    stop: async () => {
      await replay.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The worker role over a test database. */
export interface World {
  readonly work: Work;
  /** As a webhook leaves them. */
  deliver(alerts: readonly Alert[]): Promise<void>;
  /** Waits until an incident has so many analyses and returns the newest of each incident. */
  diagnosed(revision?: number, count?: number, patienceMs?: number): Promise<readonly DiagnosisRow[]>;
  stop(grace?: number): Promise<void>;
}

export interface WorldOptions {
  readonly database: TestDatabase;
  readonly clusters: readonly ClusterConfig[];
  readonly settings?: (settings: Settings) => Settings;
  readonly log?: Log;
  readonly runtime?: Partial<AnalysisRuntime>;
  readonly wiring?: Partial<Wiring>;
}

/** Starts the worker role in this thread. */
export function startWorld({ database, clusters, settings, log = silentLog, runtime, wiring }: WorldOptions): World {
  const { store, address } = database;
  const newId = (prefix: string): string => sortableId(prefix, Date.now(), randomFillSync(new Uint8Array(16)));
  const wake = openWake({ address });
  const work = startWork({
    settings: (settings ?? ((same) => same))(defaultSettings()),
    clusters,
    store,
    wake,
    log,
    metrics: silentMetrics,
    wiring: { ...wire, ...wiring },
    notifiers: [],
    jobs: createJobWorker({ address, onError: (error) => log.warn({ error }, 'job') }),
    runtime: {
      version: 'test',
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      monotonic: () => performance.now(),
      ...runtime,
    },
    env: {},
    now: Date.now,
    random: Math.random,
    newId,
  });
  return {
    work,
    deliver: async (alerts) => {
      const signals = alerts.map((alert) => ({ ...alert, generatorUrl: null, extra: {} }));
      const body = { source: 'alertmanager', groupKey: '{}:{}', receiver: 'headwater', truncatedAlerts: 0 } as const;
      await commitSignals(store, [deliveryOf({ ...body, alerts: signals }, CLUSTER, Date.now())], newId);
    },
    diagnosed: (revision = 1, count = 1, patienceMs = PATIENCE_MS) =>
      diagnosed(database, { revision, count, patienceMs }),
    stop: async (grace = 5_000) => {
      await work.stop(grace);
      await wake.close();
    },
  };
}

const PATIENCE_MS = 20_000;

interface Wanted {
  readonly revision: number;
  readonly count: number;
  readonly patienceMs: number;
}

async function diagnosed({ db, store }: TestDatabase, wanted: Wanted): Promise<DiagnosisRow[]> {
  const { revision, count, patienceMs } = wanted;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const incidents = await db
      .selectFrom('incident')
      .select('id')
      .where('merged_into', 'is', null)
      .orderBy('id')
      .execute();
    const rows = await Promise.all(incidents.map(({ id }) => store.diagnoses.newest(id)));
    const made = rows.flatMap((row) => (row && row.revision >= revision ? [row] : []));
    if (made.length >= count) return made;
    if (Date.now() > deadline) throw new Error(`${made.length} of ${count} incidents were diagnosed ${revision} times`);
    await sleep(25);
  }
}

/** A recording of this repository by its name. */
export function recordingPath(name: string): string {
  return join(import.meta.dirname, '../../../../recordings', name);
}

/** Everything the database holds of incidents, as one text. */
export async function storedText({ pool }: TestDatabase): Promise<string> {
  const tables = ['alert', 'alert_episode', 'incident', 'evidence', 'diagnosis', 'event', 'audit'];
  const texts = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await pool.query<{ text: string }>(
        `select coalesce(string_agg(row::text, ' '), '') as text from ${table} row`,
      );
      return rows[0]?.text ?? '';
    }),
  );
  return texts.join('\n');
}
