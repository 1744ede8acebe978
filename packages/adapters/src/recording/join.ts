import { AppError } from '@headwater/core/errors.ts';
import { formatTime, type Millis, parseTime } from '@headwater/core/time.ts';
import type { LogIdentity, RecordingItem, RecordingPart, RecordingSource } from '@headwater/engine/ports/recording.ts';

export interface JoinOptions {
  /** The cluster's name; the version is the first recording's. */
  readonly cluster: string;
  /** Where the joined recording ends. */
  readonly now: Millis;
}

/**
 * Several recordings as one cluster in which they all happen; move them to the same time first. A namespace, a cluster-scoped object, a log belongs to the first recording
 * that has it: what later ones hold under the same name is left out whole, never mixed. Throws AppError `invalid` without recordings.
 */
export async function joinRecordings(
  sources: readonly RecordingSource[],
  { cluster, now }: JoinOptions,
): Promise<RecordingSource> {
  const [first] = sources;
  if (!first) throw new AppError('invalid', 'no recording to join: expected at least one');
  const owners = await namespaceOwners(sources);
  const starts = sources.map(({ manifest }) => parseTime(manifest.window?.from) ?? now);
  return {
    path: sources.map(({ path }) => path).join(', '),
    manifest: {
      ...first.manifest,
      name: 'joined',
      title: `${sources.length} recordings at once`,
      now: formatTime(now),
      window: { from: formatTime(Math.min(...starts)), to: formatTime(now) },
      cluster: { name: cluster, version: first.manifest.cluster.version },
      sources: { objects: 'present', logs: 'present', metrics: 'present', traces: 'present' },
      gaps: [],
    },
    read: (parts) => readJoined(sources, owners, parts),
    folders: async () => {
      const all = await Promise.all(sources.map((source) => source.folders()));
      return new Set(all.flatMap((folders) => [...folders]));
    },
    logs: async () => {
      const all = await Promise.all(
        sources.map(async (source) => (await source.logs()).filter((log) => owners.get(log.namespace) === source)),
      );
      return all.flat();
    },
    openLog: async (identity: LogIdentity) => (await owners.get(identity.namespace)?.openLog(identity)) ?? null,
    expected: () => Promise.resolve(null),
  };
}

// Namespaces that belong to the cluster and not to anybody's applications: the first recording's are kept and others' objects are added.
const SHARED = new Set(['kube-node-lease', 'kube-public', 'default']);

async function namespaceOwners(sources: readonly RecordingSource[]): Promise<ReadonlyMap<string, RecordingSource>> {
  const owners = new Map<string, RecordingSource>();
  for (const source of sources) {
    const own = new Set<string>();
    for await (const item of source.read(['objects'])) {
      if (item.type === 'object' && item.object.metadata?.namespace) own.add(item.object.metadata.namespace);
    }
    for (const namespace of own) if (!owners.has(namespace)) owners.set(namespace, source);
  }
  return owners;
}

async function* readJoined(
  sources: readonly RecordingSource[],
  owners: ReadonlyMap<string, RecordingSource>,
  parts: readonly RecordingPart[] | undefined,
): AsyncGenerator<RecordingItem> {
  const seen = new Set<string>();
  for (const source of sources) {
    const belongs = (namespace: string | undefined): boolean =>
      namespace === undefined || namespace === '' || SHARED.has(namespace) || owners.get(namespace) === source;
    for await (const item of source.read(parts)) {
      if (!belongs(namespaceOf(item))) continue;
      const key = identityOf(item);
      if (key !== null && seen.has(key)) continue;
      if (key !== null) seen.add(key);
      yield item;
    }
  }
}

function namespaceOf(item: RecordingItem): string | undefined {
  switch (item.type) {
    case 'object':
      return item.object.metadata?.namespace ?? undefined;
    case 'journal':
      return item.entry.object.metadata?.namespace ?? undefined;
    case 'log':
      return item.identity.namespace;
    case 'loki':
      return item.stream.labels['namespace'];
    case 'series':
      return item.series.labels['namespace'];
    case 'alert':
      return item.alert.labels['namespace'];
    default:
      return undefined;
  }
}

// The same object of two recordings (a node, a kind that was listed) must be served once.
function identityOf(item: RecordingItem): string | null {
  if (item.type === 'object') {
    const { apiVersion, kind, metadata } = item.object;
    return `${apiVersion}/${kind}/${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  }
  if (item.type === 'listed') return `listed ${JSON.stringify(item.listed)}`;
  return null;
}
