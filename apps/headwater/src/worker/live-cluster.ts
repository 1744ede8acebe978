import { setTimeout as sleep } from 'node:timers/promises';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import type { ClusterSources } from '@headwater/engine/collect/from-cluster.ts';
import { kindsToRead } from '@headwater/engine/collect/kinds-to-read.ts';
import type { ClusterCache, ClusterReader, ObjectListener } from '@headwater/engine/ports/cluster.ts';
import type { ClusterView } from '@headwater/engine/ports/clusters.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import { emptyTopology, type Topology } from '@headwater/engine/ports/topology.ts';
import { heldTopology } from '@headwater/engine/topology/held-topology.ts';
import type { Wiring } from '../wiring.ts';
import type { ClusterConfig } from './cluster-configs.ts';
import type { RunningJournal } from './start-journal.ts';
import { watchKinds } from './watch-kinds.ts';

/** A cluster that is followed for as long as the process runs. */
export interface LiveCluster extends ClusterView {
  /** Empty until the first lists are in. */
  topology(): Topology;
  /** Resolves when the first lists are in, which may be never. */
  readonly synced: Promise<void>;
  close(): Promise<void>;
}

export interface LiveClusterDependencies {
  readonly wiring: Pick<Wiring, 'openCluster' | 'openCache' | 'openMetrics' | 'openLogArchive' | 'openTraces'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** Told of each change of any object. */
  readonly onChange?: ObjectListener | undefined;
  /** Keeps what changes; made when the reader of the cluster is known. */
  readonly journal?: ((reader: () => Promise<ClusterReader>) => RunningJournal) | undefined;
  readonly journalReach?: number | undefined;
}

const FIRST_WAIT_MS = SECOND;
const LONGEST_WAIT_MS = MINUTE;

/** Starts following a cluster in the background; a server that does not answer is tried again for ever and holds up nothing. */
export function followCluster(config: ClusterConfig, deps: LiveClusterDependencies): LiveCluster {
  const stopping = new AbortController();
  const access = {
    kubeconfig: config.kubeconfig,
    context: config.context,
    env: deps.env,
    clock: deps.now,
    timeoutMs: config.timeoutMs,
  };
  let cache: ClusterCache | null = null;
  let topology: Topology = emptyTopology;
  const synced = Promise.withResolvers<void>();
  const reader = kept(() => deps.wiring.openCluster(access));
  const telemetry = openTelemetry(config, deps.wiring);
  const journal = deps.journal?.(() => reader.get());
  const newKinds = watchKinds({
    resources: async () => kindsToRead((await (await reader.get()).resources()).resources).resources,
    follow: (resources) => cache?.follow(resources),
    log: deps.log,
    cluster: config.name,
  });
  const onChange: ObjectListener = (type, object) => {
    newKinds.offer(type, object);
    journal?.offer(type, object);
    deps.onChange?.(type, object);
  };

  async function sync(): Promise<void> {
    const { resources } = kindsToRead((await (await reader.get()).resources()).resources);
    const opened = await deps.wiring.openCache({
      ...access,
      resources,
      random: deps.random,
      onChange,
    });
    try {
      await Promise.race([opened.ready(), aborted(stopping.signal)]);
      if (stopping.signal.aborted) return await opened.stop();
    } catch (error) {
      await opened.stop();
      throw error;
    }
    cache = opened;
    topology = heldTopology(opened.lookup);
    synced.resolve();
    journal?.listed(new Set(opened.held().kinds.flatMap(({ kind, state }) => (state === 'read' ? [kind] : []))));
    deps.log.info({ cluster: config.name, kinds: resources.length }, 'following the cluster');
  }

  const connecting = untilItWorks(sync, {
    signal: stopping.signal,
    random: deps.random,
    onFailure: (error, retryInMs) => {
      deps.log.warn({ cluster: config.name, error, retryInMs }, 'the cluster cannot be followed yet');
      reader.forget();
    },
  });
  return {
    name: config.name,
    sources: async (): Promise<ClusterSources> => ({
      // The name alerts know it by, which a kubeconfig may call differently.
      cluster: { ...(await reader.get()), name: config.name },
      ...(await telemetry()),
    }),
    held: () => cache?.held() ?? null,
    topology: () => topology,
    synced: synced.promise,
    ...(journal ? { journal: journal.read, journalReach: deps.journalReach } : {}),
    close: async () => {
      stopping.abort();
      newKinds.stop();
      await connecting;
      await journal?.stop();
      await cache?.stop();
      await Promise.allSettled([reader.close(), closeTelemetry(await telemetry())]);
    },
  };
}

interface Patience {
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly onFailure: (error: unknown, retryInMs: number) => void;
}

async function untilItWorks(work: () => Promise<void>, { signal, random, onFailure }: Patience): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS) * (0.5 + random());
      onFailure(error, Math.round(wait));
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}

interface KeptReader {
  get(): Promise<ClusterReader>;
  /** The next `get` opens anew: credentials may have been renewed. */
  forget(): void;
  close(): Promise<void>;
}

function kept(open: () => Promise<ClusterReader>): KeptReader {
  let current: Promise<ClusterReader> | null = null;
  const close = async (): Promise<void> => {
    const opened = current;
    current = null;
    await opened?.then(
      (reader) => reader.close(),
      () => undefined,
    );
  };
  return {
    get: () => {
      current ??= open().catch((error: unknown) => {
        current = null;
        throw error;
      });
      return current;
    },
    forget: () => void close(),
    close,
  };
}

type Telemetry = Omit<ClusterSources, 'cluster'>;

function openTelemetry(
  { prometheus, loki, tempo, timeoutMs }: ClusterConfig,
  wiring: LiveClusterDependencies['wiring'],
): () => Promise<Telemetry> {
  let opened: Promise<Telemetry> | null = null;
  return () => {
    opened ??= (async () => ({
      metrics: prometheus && (await wiring.openMetrics({ ...prometheus, timeoutMs })),
      logArchive: loki && (await wiring.openLogArchive({ ...loki, timeoutMs })),
      traces: tempo && (await wiring.openTraces({ ...tempo, timeoutMs })),
    }))();
    return opened;
  };
}

async function closeTelemetry({ metrics, logArchive, traces }: Telemetry): Promise<void> {
  await Promise.allSettled([metrics?.close(), logArchive?.close(), traces?.close()]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
