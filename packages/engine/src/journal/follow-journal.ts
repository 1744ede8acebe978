import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Millis, SECOND } from '@headwater/core/time.ts';
import { isDerivedKind, isJournaled } from '@headwater/diagnosis/changes/kinds.ts';
import type { ObjectListener, SecretOutcome } from '../ports/cluster.ts';
import type { JournalHashes } from '../ports/journal-hashes.ts';
import type { Store } from '../ports/store.ts';
import type { JournalDraft, JournalHead } from '../ports/store/journal.ts';
import { absenceDraft, deletionDrafts, keyOf, nameOf, presenceDrafts, type Told } from './drafts.ts';
import { type Sealed, seal } from './seal.ts';
import { openWaiting } from './waiting.ts';

export interface JournalParts {
  readonly cluster: string;
  readonly store: Pick<Store, 'journal' | 'transaction'>;
  readonly hashes: () => Promise<JournalHashes>;
  /** A Secret with its values hashed; informers know its metadata only. */
  readonly readSecret: (namespace: string, name: string, hash: JournalHashes['value']) => Promise<SecretOutcome>;
  readonly now: () => Millis;
  /** Lets other work of the thread go first. */
  readonly pause: () => Promise<void>;
}

/** Keeps every version that somebody decided of the objects of one cluster. */
export interface ClusterJournal {
  /** Takes a change off the informers' hands; does next to nothing. */
  readonly offer: ObjectListener;
  /** The first lists are in: what they did not show of these kinds is gone. */
  readonly listed: (kinds: ReadonlySet<string>) => void;
  /** Stores a batch of what waits; true when more does. */
  flush(): Promise<boolean>;
  /** Objects whose versions wait. */
  waiting(): number;
  counts(): { readonly stored: number; readonly passedOver: number };
}

/** Objects of one transaction. */
const BATCH = 400;
/** Objects hashed before other work of the thread goes on; some 2 ms. */
const SLICE = 20;
const SECRETS_AT_ONCE = 4;
const TELL_EVERY = 15 * SECOND;

/** Starts a journal that has stored nothing yet in this process. */
export function openJournal(parts: JournalParts): ClusterJournal {
  const { cluster, store, now } = parts;
  const waiting = openWaiting();
  const autoscalers = new Map<string, Subject>();
  let seen: Set<string> | null = new Set();
  let absent: { readonly kinds: ReadonlySet<string>; readonly seen: ReadonlySet<string>; readonly at: Millis } | null =
    null;
  let loaded: Loaded | null = null;
  let toldUntil = 0;
  let stored = 0;
  let running: Promise<boolean> | null = null;

  const offer: ObjectListener = (type, object) => {
    if (isDerivedKind(object.kind)) return;
    const journaled = isJournaled(object);
    if (!journaled && !seen) return;
    const key = keyOf(nameOf(object));
    // What is there but no longer kept must not look as if it were gone.
    seen?.add(key);
    if (!journaled) return;
    if (object.kind === 'HorizontalPodAutoscaler') noteAutoscaler(autoscalers, object);
    waiting.add(key, { type, object, observedAt: now(), first: seen !== null });
  };

  async function run(): Promise<boolean> {
    const known = (loaded ??= await load(parts));
    const started = now();
    if (absent) {
      const drafts = absences(known, absent);
      await append(known, drafts);
      absent = null;
    }
    const batch = waiting.take(BATCH);
    try {
      await append(known, await draftsOf({ parts, known, autoscalers }, batch));
    } catch (error) {
      waiting.putBack(batch);
      throw error;
    }
    if (waiting.size() === 0 && !seen && started - toldUntil >= TELL_EVERY) {
      await store.journal.setFollowedUntil(cluster, started);
      toldUntil = started;
    }
    return waiting.size() > 0;
  }

  async function append(known: Loaded, drafts: readonly JournalDraft[]): Promise<void> {
    for (let start = 0; start < drafts.length; start += BATCH) {
      const some = drafts.slice(start, start + BATCH);
      stored += await store.transaction((tx) => tx.journal.append(cluster, some));
      for (const draft of some) known.heads.set(keyOf(draft), headOf(draft));
    }
  }

  return {
    offer,
    listed(kinds) {
      if (!seen) return;
      absent = { kinds, seen, at: now() };
      seen = null;
    },
    // Whoever comes while a batch is stored waits for that one: two would store the same.
    flush: () => (running ??= run().finally(() => (running = null))),
    waiting: () => waiting.size(),
    counts: () => ({ stored, passedOver: waiting.passedOver() }),
  };
}

interface Loaded {
  readonly heads: Map<string, JournalHead>;
  readonly since: Millis | null;
  readonly hashes: JournalHashes;
}

async function load({ cluster, store, hashes }: JournalParts): Promise<Loaded> {
  const [heads, since, made] = await Promise.all([
    store.journal.heads(cluster),
    store.journal.followedUntil(cluster),
    hashes(),
  ]);
  return { heads: new Map(heads.map((head) => [keyOf(head), head])), since, hashes: made };
}

function absences(
  { heads, since }: Loaded,
  { kinds, seen, at }: { kinds: ReadonlySet<string>; seen: ReadonlySet<string>; at: Millis },
): JournalDraft[] {
  return [...heads].flatMap(([key, head]) =>
    head.deleted || seen.has(key) || !kinds.has(head.kind) ? [] : [absenceDraft(head, at, since)],
  );
}

interface Drafting {
  readonly parts: JournalParts;
  readonly known: Loaded;
  readonly autoscalers: ReadonlyMap<string, Subject>;
}

interface Version {
  readonly told: Told;
  readonly sealed: Sealed | null;
}

async function draftsOf(
  { parts, known, autoscalers }: Drafting,
  batch: ReadonlyMap<string, readonly Told[]>,
): Promise<JournalDraft[]> {
  const versions = await sealAll(parts, known, batch);
  const bodies = new Map(await parts.store.journal.bodies(hashesNeeded(known, versions)));
  return [...versions].flatMap(([key, list]) => {
    let head = known.heads.get(key);
    return list.flatMap(({ told, sealed }) => {
      const given = { head, since: known.since, autoscaler: autoscalers.get(targetKey(told.object)) };
      const previousBody = (head && bodies.get(head.content)) ?? null;
      const made = sealed ? presenceDrafts(told, sealed, { ...given, previousBody }) : deletionDrafts(told, given);
      const last = made.at(-1);
      if (last) head = headOf(last);
      if (sealed) bodies.set(sealed.content, sealed.body);
      return made;
    });
  });
}

function hashesNeeded({ heads }: Loaded, versions: ReadonlyMap<string, readonly Version[]>): string[] {
  return [...versions].flatMap(([key, list]) => {
    const head = heads.get(key);
    return head && list.some(({ sealed }) => sealed && sealed.content !== head.content) ? [head.content] : [];
  });
}

async function sealAll(
  parts: JournalParts,
  { heads, hashes }: Loaded,
  batch: ReadonlyMap<string, readonly Told[]>,
): Promise<Map<string, readonly Version[]>> {
  const versions = new Map<string, readonly Version[]>();
  const secrets: (() => Promise<void>)[] = [];
  let done = 0;
  for (const [key, list] of batch) {
    const head = heads.get(key);
    const news = list.filter(({ type, object }) => type === 'DELETED' || !isStored(object, head));
    if (news.length === 0) continue;
    if (isSecret(news[0]?.object))
      secrets.push(async () => void versions.set(key, await sealSecrets(parts, hashes, news)));
    else
      versions.set(
        key,
        news.map((told) => ({ told, sealed: told.type === 'DELETED' ? null : seal(told.object, hashes) })),
      );
    if (++done % SLICE === 0) await parts.pause();
  }
  for (let start = 0; start < secrets.length; start += SECRETS_AT_ONCE)
    await Promise.all(secrets.slice(start, start + SECRETS_AT_ONCE).map((read) => read()));
  return versions;
}

function isStored({ metadata }: KubeObject, head: JournalHead | undefined): boolean {
  if (!head || head.deleted || !metadata.resourceVersion) return false;
  return metadata.resourceVersion === head.resourceVersion && (metadata.uid ?? '') === head.uid;
}

function isSecret(object: KubeObject | undefined): boolean {
  return object?.kind === 'Secret' && object.apiVersion === 'v1';
}

// Only the present values can be read, so that of several versions the last stands for all.
async function sealSecrets(
  { readSecret }: JournalParts,
  hashes: JournalHashes,
  news: readonly Told[],
): Promise<Version[]> {
  const last = news.at(-1);
  if (!last) return [];
  if (last.type === 'DELETED') return [{ told: last, sealed: null }];
  const ended = news.findLast(({ type }) => type === 'DELETED');
  const { namespace, name } = last.object.metadata;
  const read = await readSecret(namespace ?? '', name, hashes.value);
  const object = read.state === 'read' ? { ...read.object, metadata: last.object.metadata } : last.object;
  // Gone in the meantime: its end will be told.
  const present = read.state === 'absent' ? [] : [{ told: last, sealed: seal(object, hashes) }];
  return [...(ended ? [{ told: ended, sealed: null }] : []), ...present];
}

function headOf(draft: JournalDraft): JournalHead {
  const { kind, apiGroup, namespace, name, uid, resourceVersion, content, deleted } = draft;
  return { kind, apiGroup, namespace, name, uid, resourceVersion, content, deleted };
}

function targetKey({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function noteAutoscaler(autoscalers: Map<string, Subject>, object: KubeObject): void {
  const { kind, name } = (object as ObjectOf<'HorizontalPodAutoscaler'>).spec?.scaleTargetRef ?? {};
  const namespace = object.metadata.namespace ?? '';
  if (kind && name)
    autoscalers.set(`${kind}/${namespace}/${name}`, { kind: object.kind, namespace, name: object.metadata.name });
}
