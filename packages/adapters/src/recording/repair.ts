import { canonicalJson } from '@headwater/core/ids.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { LogIdentity, RecordingItem, RecordingSource } from '@headwater/engine/ports/recording.ts';

export interface RepairOptions {
  /** The namespace whose objects the repair changes; the rest of the cluster stays as it was. */
  readonly namespace: string;
  /** When the repaired state is reached. */
  readonly at: Millis;
}

/** A recording in which a repair happens at a time: until then it is the faulty one, from then on its repaired twin. */
export async function withRepair(
  faulty: RecordingSource,
  repaired: RecordingSource,
  { namespace, at }: RepairOptions,
): Promise<RecordingSource> {
  const before = await objectsOf(faulty, namespace);
  const after = await objectsOf(repaired, namespace);
  const journal = journalOf({ before, after, at });
  const faultyLogs = new Set((await faulty.logs()).map(logKey));
  return {
    ...faulty,
    manifest: { ...faulty.manifest, now: formatTime(at), sources: { ...faulty.manifest.sources, history: 'present' } },
    async *read(parts) {
      for await (const item of faulty.read(parts)) if (!isReplaced(item, namespace)) yield item;
      if (!parts || parts.includes('objects')) for (const { item } of after.values()) yield item;
      if (!parts || parts.includes('history')) yield* journal;
    },
    folders: async () => new Set([...(await faulty.folders()), 'history' as const]),
    logs: async () => {
      const added = (await repaired.logs()).filter(
        (log) => log.namespace === namespace && !faultyLogs.has(logKey(log)),
      );
      return [...(await faulty.logs()), ...added];
    },
    openLog: (identity) => (faultyLogs.has(logKey(identity)) ? faulty : repaired).openLog(identity),
  };
}

interface Held {
  readonly item: RecordingItem;
  readonly object: KubeObject;
}

async function objectsOf(source: RecordingSource, namespace: string): Promise<Map<string, Held>> {
  const found = new Map<string, Held>();
  for await (const item of source.read(['objects'])) {
    if (item.type !== 'object' || item.object.metadata?.namespace !== namespace) continue;
    const { apiVersion, kind, metadata } = item.object;
    found.set(`${apiVersion}/${kind}/${metadata.name}`, { item, object: item.object });
  }
  return found;
}

interface Sides {
  readonly before: ReadonlyMap<string, Held>;
  readonly after: ReadonlyMap<string, Held>;
  readonly at: Millis;
}

function journalOf({ before, after, at }: Sides): RecordingItem[] {
  const entry = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject, observedAt: Millis): RecordingItem => ({
    type: 'journal',
    file: 'history/repair.jsonl',
    entry: { type, object, observedAt },
    dropped: [],
  });
  const items: RecordingItem[] = [];
  for (const [key, { object }] of before) {
    const later = after.get(key)?.object;
    if (later && canonicalJson(later) === canonicalJson(object)) continue;
    // The state before the repair is what the journal's start shows.
    items.push(entry('MODIFIED', object, at - 1), later ? entry('MODIFIED', later, at) : entry('DELETED', object, at));
  }
  for (const [key, { object }] of after) if (!before.has(key)) items.push(entry('ADDED', object, at));
  return items;
}

function isReplaced(item: RecordingItem, namespace: string): boolean {
  return item.type === 'object' && item.object.metadata?.namespace === namespace;
}

function logKey({ namespace, pod, container, previous }: LogIdentity): string {
  return `${namespace}/${pod}/${container}/${previous}`;
}
