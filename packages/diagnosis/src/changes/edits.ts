import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { type Millis, MINUTE, parseTime, SECOND } from '@headwater/core/time.ts';
import { type ObjectIndex, subjectOf } from '../snapshot/objects.ts';
import { perObject } from '../snapshot/per-object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { actorOf, signed } from './actors.ts';
import { type Change, makeChange } from './change.ts';
import { isAuthored, isDerivedKind } from './kinds.ts';
import { writersOf } from './managers.ts';

const AUTHORED = { authored: true };
const DERIVED = { authored: false };
const authorship = perObject((object: KubeObject) => (isAuthored(object) ? AUTHORED : DERIVED));

const authored = perObject((objects: ObjectIndex): readonly KubeObject[] => {
  const kinds = objects.kinds().filter((kind) => !isDerivedKind(kind));
  return kinds.flatMap((kind) => objects.list(kind).filter((object) => authorship(object) === AUTHORED));
});

function authoredObjects({ objects }: Snapshot): readonly KubeObject[] {
  return authored(objects);
}

// An installer writes an object in several steps; only what comes clearly later is an edit.
const AFTER_CREATION = 30 * SECOND;
// More fields than this are what the manager owns, not what it touched last.
const MAX_NAMED_FIELDS = 3;

/** Edits that field managers left a time for: one per object, the latest. What changed is not known, only who and when. */
export function editChanges(snapshot: Snapshot): Change[] {
  const found: Change[] = [];
  for (const object of authoredObjects(snapshot)) for (const edit of editsOf(object)) found.push(edit);
  return found;
}

const NO_EDITS: readonly Change[] = [];

const editsOf = perObject((object: KubeObject): readonly Change[] => {
  const [latest] = object.kind === 'Pod' ? [] : writersOf(object);
  const created = latest ? parseTime(object.metadata.creationTimestamp) : null;
  if (!latest || created === null || latest.time <= created + AFTER_CREATION) return NO_EDITS;
  const fields = latest.fields();
  const named = fields.length <= MAX_NAMED_FIELDS ? fields : [];
  return [
    makeChange({
      time: latest.time,
      source: 'managed-fields',
      subject: subjectOf(object),
      title: `Edited by ${latest.manager}${named.length > 0 ? `: ${named.join(', ')}` : ''}`,
      diff: [],
      signed: named,
      actor: latest.manager,
    }),
  ];
});

// Applied in one go with its namespace: the installation, not a change to what ran.
const INSTALLATION = 3 * MINUTE;
const DEFAULT_WINDOW = 6 * 60 * MINUTE;

const creation = perObject((object: KubeObject) => ({ time: parseTime(object.metadata.creationTimestamp) }));

/** Objects that were created inside the window, other than by the installation of their namespace. */
export function creationChanges(snapshot: Snapshot): Change[] {
  const from = snapshot.window?.from ?? snapshot.now - DEFAULT_WINDOW;
  const installed = installationTimes(snapshot);
  const found: Change[] = [];
  for (const object of authoredObjects(snapshot)) {
    const created = creation(object).time;
    if (created === null || created < from) continue;
    if (created <= (installed.get(object.metadata.namespace ?? '') ?? 0) + INSTALLATION) continue;
    found.push(
      makeChange({
        time: created,
        source: 'created',
        subject: subjectOf(object),
        title: `Created${byWhom(object, created)}`,
        diff: [],
        ...signed(object, creatorOf(object, created)),
      }),
    );
  }
  return found;
}

/** When each namespace (and the cluster, under the empty name) came to be: its own creation, else that of its oldest object. */
function installationTimes(snapshot: Snapshot): ReadonlyMap<string, Millis> {
  const oldest = new Map<string, Millis>();
  for (const object of authoredObjects(snapshot)) {
    const created = creation(object).time;
    if (created === null) continue;
    const namespace = object.metadata.namespace ?? '';
    const before = oldest.get(namespace);
    if (before === undefined || created < before) oldest.set(namespace, created);
  }
  for (const namespace of snapshot.objects.list('Namespace')) {
    const created = creation(namespace).time;
    if (created !== null) oldest.set(namespace.metadata.name, created);
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
