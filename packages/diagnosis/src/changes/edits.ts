import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { type Millis, MINUTE, parseTime, SECOND } from '@headwater/core/time.ts';
import { subjectOf } from '../snapshot/objects.ts';
import { once } from '../snapshot/once.ts';
import { perObject } from '../snapshot/per-object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { actorOf, signed } from './actors.ts';
import { type Change, makeChange } from './change.ts';
import { isAuthored, isDerivedKind } from './kinds.ts';
import { writersOf } from './managers.ts';

// An installer writes an object in several steps; only what comes clearly later is an edit.
const AFTER_CREATION = 30 * SECOND;
// More fields than this are what the manager owns, not what it touched last.
const MAX_NAMED_FIELDS = 3;
// Applied in one go with its namespace: the installation, not a change to what ran.
const INSTALLATION = 3 * MINUTE;
const DEFAULT_WINDOW = 6 * 60 * MINUTE;

/** What an object tells of its own history; nothing when it is not somebody's decision. */
interface History {
  readonly created: Millis | null;
  /** What changed is not known, only who did it and when. */
  readonly edit: Change | null;
}

const UNTOLD: History = { created: null, edit: null };

const historyOf = perObject((object: KubeObject): History => {
  if (!isAuthored(object)) return UNTOLD;
  const created = parseTime(object.metadata.creationTimestamp);
  const edit = editOf(object, created);
  return created === null && edit === null ? UNTOLD : { created, edit };
});

/**
 * Objects that were created inside the window, other than by the installation of their namespace, and then the edits that field
 * managers left a time for: one per object, the latest.
 */
export function authoredChanges(snapshot: Snapshot): Change[] {
  const from = snapshot.window?.from ?? snapshot.now - DEFAULT_WINDOW;
  const recent: KubeObject[] = [];
  const edits: Change[] = [];
  for (const objects of authoredLists(snapshot))
    for (const object of objects) {
      const { created, edit } = historyOf(object);
      if (edit) edits.push(edit);
      if (created !== null && created >= from) recent.push(object);
    }
  const installed = installationTimes(snapshot);
  const created = recent.flatMap((object) => {
    const creation = creationOf(object);
    return creation.time > installed(object.metadata.namespace ?? '') + INSTALLATION ? [creation] : [];
  });
  return [...created, ...edits];
}

function authoredLists({ objects }: Snapshot): readonly (readonly KubeObject[])[] {
  return objects
    .kinds()
    .filter((kind) => !isDerivedKind(kind))
    .map((kind) => objects.list(kind));
}

function editOf(object: KubeObject, created: Millis | null): Change | null {
  const [latest] = object.kind === 'Pod' ? [] : writersOf(object);
  if (!latest || created === null || latest.time <= created + AFTER_CREATION) return null;
  const fields = latest.fields();
  const named = fields.length <= MAX_NAMED_FIELDS ? fields : [];
  return makeChange({
    time: latest.time,
    source: 'managed-fields',
    subject: subjectOf(object),
    title: `Edited by ${latest.manager}${named.length > 0 ? `: ${named.join(', ')}` : ''}`,
    diff: [],
    signed: named,
    actor: latest.manager,
  });
}

const creationOf = perObject((object: KubeObject): Change => {
  const time = historyOf(object).created ?? 0;
  return makeChange({
    time,
    source: 'created',
    subject: subjectOf(object),
    title: `Created${byWhom(object, time)}`,
    diff: [],
    ...signed(object, creatorOf(object, time)),
  });
});

/** When a namespace (or the cluster, by the empty name) came to be: its own creation, else that of its oldest object. */
function installationTimes(snapshot: Snapshot): (namespace: string) => Millis {
  const oldest = once(() => oldestByNamespace(snapshot));
  return (namespace) => {
    const own = snapshot.objects.get('Namespace', null, namespace);
    return (own && historyOf(own).created) ?? oldest().get(namespace) ?? 0;
  };
}

function oldestByNamespace(snapshot: Snapshot): ReadonlyMap<string, Millis> {
  const oldest = new Map<string, Millis>();
  for (const objects of authoredLists(snapshot))
    for (const object of objects) {
      const { created } = historyOf(object);
      const namespace = object.metadata.namespace ?? '';
      if (created !== null && created < (oldest.get(namespace) ?? Number.POSITIVE_INFINITY))
        oldest.set(namespace, created);
    }
  return oldest;
}

function creatorOf(object: KubeObject, created: Millis): string | undefined {
  return writersOf(object).findLast(({ time }) => Math.abs(time - created) <= AFTER_CREATION)?.manager;
}

function byWhom(object: KubeObject, created: Millis): string {
  const actor = actorOf({ object, manager: creatorOf(object, created) });
  return actor === undefined ? '' : ` by ${actor.name}`;
}
