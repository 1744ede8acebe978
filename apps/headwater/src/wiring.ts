import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointOptions } from '@headwater/adapters/http/telemetry.ts';
import type { WriteOptions, WriteProgress } from '@headwater/adapters/recording/write.ts';
import type { DatabaseTools } from '@headwater/adapters/postgres/tools.ts';
import type { Replay } from '@headwater/adapters/replay/server.ts';
import type { CacheOptions } from '@headwater/adapters/kubernetes/cluster-cache.ts';
import type { ConnectOptions } from '@headwater/adapters/kubernetes/connect.ts';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { sortableId } from '@headwater/core/sortable-id.ts';
import type { JournalHashes } from '@headwater/engine/ports/journal-hashes.ts';
import type { ClusterCache, ClusterReader } from '@headwater/engine/ports/cluster.ts';
import type { Passwords, SecretMaker } from '@headwater/engine/ports/credentials.ts';
import type { RecordingSource, WritableItem } from '@headwater/engine/ports/recording.ts';
import type { LogArchive, MetricsReader, TraceReader } from '@headwater/engine/ports/telemetry.ts';
import type { Settings } from './config/settings.ts';

/** A telemetry endpoint as options and variables give it. */
export interface EndpointFlags extends EndpointOptions {
  readonly bearerTokenFile?: string | undefined;
}

/** The adapters, as the commands need them; each is loaded when first used, so that `--help` starts at once. */
export interface Wiring {
  /** Opens a recording directory or `.tar.gz`. */
  openRecording(path: string): Promise<RecordingSource>;
  /** Writes a recording; it appears under its path only when it is complete. */
  writeRecording(items: AsyncIterable<WritableItem>, options: Omit<WriteOptions, 'key'>): Promise<WriteProgress>;
  openCluster(options: ConnectOptions): Promise<ClusterReader>;
  /** Follows the objects of a cluster by watches. */
  openCache(options: CacheOptions): Promise<ClusterCache>;
  /** The hashes of the journal, under the key that `keep` returns for the proposed one. */
  openJournalHashes(keep: (proposed: string) => Promise<string>): Promise<JournalHashes>;
  openMetrics(endpoint: EndpointFlags): Promise<MetricsReader>;
  openLogArchive(endpoint: EndpointFlags): Promise<LogArchive>;
  openTraces(endpoint: EndpointFlags): Promise<TraceReader>;
  /** Serves a recording on loopback; `speed` undefined stands still at its end. */
  startReplay(options: {
    readonly source: RecordingSource;
    readonly port?: number;
    readonly speed?: number | undefined;
  }): Promise<Replay>;
  /** Reaches the server's database, starting the embedded one for a while when no server runs it. */
  openDatabaseTools(store: Settings['store'], log: (line: string) => void): Promise<DatabaseTools>;
  /** Makes passwords, secrets and ids for commands that write to the database themselves. */
  openCredentials(): Promise<Credentials>;
}

/** What is needed to give someone a password. */
export interface Credentials {
  readonly passwords: Passwords;
  readonly secrets: SecretMaker;
  readonly newId: (prefix: string) => string;
}

export const wire: Wiring = {
  async openRecording(path) {
    const { openRecording } = await import('@headwater/adapters/recording/open.ts');
    return openRecording(path);
  },
  async writeRecording(items, options) {
    const { writeRecording } = await import('@headwater/adapters/recording/write.ts');
    return writeRecording(items, { ...options, key: randomBytes(32) });
  },
  async openCluster(options) {
    const { openCluster } = await import('@headwater/adapters/kubernetes/cluster-reader.ts');
    return openCluster(options);
  },
  async openCache(options) {
    const { openClusterCache } = await import('@headwater/adapters/kubernetes/cluster-cache.ts');
    return openClusterCache(options);
  },
  async openJournalHashes(keep) {
    const { journalHashes } = await import('@headwater/adapters/credentials/journal-hashes.ts');
    return journalHashes(await keep(randomBytes(32).toString('base64url')));
  },
  async openMetrics(endpoint) {
    const { openPrometheus } = await import('@headwater/adapters/prometheus/metrics-reader.ts');
    return openPrometheus({ ...withToken(endpoint), monotonic: () => performance.now() });
  },
  async openLogArchive(endpoint) {
    const { openLoki } = await import('@headwater/adapters/loki/log-archive.ts');
    return openLoki(withToken(endpoint));
  },
  async openTraces(endpoint) {
    const { openTempo } = await import('@headwater/adapters/tempo/trace-reader.ts');
    return openTempo(withToken(endpoint));
  },
  async startReplay(options) {
    const { startReplay } = await import('@headwater/adapters/replay/server.ts');
    return startReplay({ ...options, clock: machineClock });
  },
  async openDatabaseTools({ databaseUrl, dataDir, cacheDir }, log) {
    const { openTools } = await import('@headwater/adapters/postgres/tools.ts');
    return openTools({ url: databaseUrl, dataDirectory: dataDir, cacheDirectory: cacheDir, now: Date.now, log });
  },
  async openCredentials() {
    const [{ scryptPasswords }, { secretMaker }] = await Promise.all([
      import('@headwater/adapters/credentials/passwords.ts'),
      import('@headwater/adapters/credentials/secrets.ts'),
    ]);
    const newId = (prefix: string): string => sortableId(prefix, Date.now(), randomBytes(16));
    return { passwords: scryptPasswords({ randomBytes }), secrets: secretMaker(randomBytes), newId };
  },
};

const machineClock = {
  now: Date.now,
  wait: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};

function withToken(endpoint: EndpointFlags): EndpointOptions {
  if (!endpoint.bearerTokenFile) return endpoint;
  try {
    return { ...endpoint, bearerToken: readFileSync(endpoint.bearerTokenFile, 'utf8').trim() };
  } catch (error) {
    throw new AppError('not_found', `cannot read the token file ${endpoint.bearerTokenFile}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
