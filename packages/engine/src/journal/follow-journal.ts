import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type Millis, SECOND } from '@headwater/core/time.ts';
import { isDerivedKind, isHelmRelease, isJournaled } from '@headwater/diagnosis/changes/kinds.ts';
import type { ObjectListener, SecretOutcome } from '../ports/cluster.ts';
import type { JournalHashes } from '../ports/journal-hashes.ts';
import type { Store } from '../ports/store.ts';
import type { JournalDraft, JournalHead } from '../ports/store/journal.ts';
import { absenceDraft, deletionDrafts, keyOf, nameOf, presenceDrafts } from './drafts.ts';
import { openSealer, type Sealer, type Version } from './sealer.ts';
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
    const journaled = isJournaled(object) || isHelmRelease(object);
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
      const { versions, later } = await known.sealer.seal(batch, known.heads);
      await append(known, await draftsOf({ parts, known, autoscalers }, versions));
      known.sealer.stored(versions);
      if (later.size > 0) {
        waiting.putBack(later);
        return waiting.size() > later.size;
      }
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
  readonly sealer: Sealer;
}

async function load(parts: JournalParts): Promise<Loaded> {
  const { cluster, store, hashes } = parts;
  const [heads, followed, made] = await Promise.all([
    store.journal.heads(cluster),
    store.journal.followed(cluster),
    hashes(),
  ]);
  return {
    heads: new Map(heads.map((head) => [keyOf(head), head])),
    since: followed?.until ?? null,
    sealer: openSealer(parts, made),
  };
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

async function draftsOf(
  { parts, known, autoscalers }: Drafting,
  versions: ReadonlyMap<string, readonly Version[]>,
): Promise<JournalDraft[]> {
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
