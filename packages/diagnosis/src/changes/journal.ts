import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { formatTime, type Millis, MINUTE, parseTime, SECOND } from '@headwater/core/time.ts';
import type { JournalEntry } from '../snapshot/input.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { actorOf, type ChangeActor } from './actors.ts';
import { type Change, type FieldChange, makeChange } from './change.ts';
import { decidedContent, isBookkeeping } from './content.ts';
import { diffFields } from './diff.ts';
import { isJournaled } from './kinds.ts';
import { type Writer, writersOf } from './managers.ts';
import { redactDiff } from './redact.ts';
import { revisionAt } from './releases.ts';

// A watch begins with an ADDED for every object that exists; only a fresh one was added.
const FRESH = 2 * MINUTE;
// An object that changes more often is written by a loop; its latest states are the ones that matter.
const MAX_STATES = 40;

type Autoscalers = ReadonlyMap<string, Subject>;

/** Changes between consecutive observed states of the same object, and its appearance and deletion. */
export function journalChanges(snapshot: Snapshot, journal: readonly JournalEntry[]): Change[] {
  const known = journal.filter(({ object, observedAt }) => observedAt <= snapshot.now && isJournaled(object));
  if (known.length === 0) return [];
  const autoscalers = autoscalersOf(snapshot);
  const bySubject = Map.groupBy(known, ({ object }) => subjectKey(subjectOf(object)));
  return [...bySubject.values()].flatMap((entries) => changesOf(snapshot, entries, autoscalers));
}

function changesOf(snapshot: Snapshot, entries: readonly JournalEntry[], autoscalers: Autoscalers): Change[] {
  const states = [...entries]
    .sort((left, right) => left.observedAt - right.observedAt || versionOf(left) - versionOf(right))
    .slice(-MAX_STATES);
  const changes: Change[] = [];
  let previous: JournalEntry | undefined;
  for (const entry of [...states, ...currentState(snapshot, states.at(-1))]) {
    const change = step(previous, entry, { snapshot, autoscalers });
    if (change) changes.push(change);
    previous = entry.type === 'DELETED' ? undefined : entry;
  }
  return changes;
}

/** The object as the snapshot holds it, when the journal ends before it. */
function currentState(snapshot: Snapshot, last: JournalEntry | undefined): JournalEntry[] {
  if (!last || last.complete || last.type === 'DELETED') return [];
  const object = snapshot.objects.find(subjectOf(last.object));
  if (!object) return [];
  return [
    { observedAt: Math.max(last.observedAt, writersOf(object)[0]?.time ?? snapshot.now), type: 'MODIFIED', object },
  ];
}

interface Surroundings {
  readonly snapshot: Snapshot;
  readonly autoscalers: Autoscalers;
}

function step(previous: JournalEntry | undefined, entry: JournalEntry, around: Surroundings): Change | null {
  if (entry.type === 'DELETED') return deletion(entry);
  return previous ? edit(previous, entry, around) : creation(entry);
}

function deletion({ object, observedAt, after }: JournalEntry): Change {
  const subject = subjectOf(object);
  const told = parseTime(object.metadata.deletionTimestamp);
  const when = told === null ? interval(after, observedAt) : { time: told };
  return makeChange({
    ...when,
    source: 'journal',
    subject,
    title: `${formatSubject(subject)} was deleted${words(when)}`,
    diff: [],
  });
}

function creation({ object, observedAt, type, after }: JournalEntry): Change | null {
  const subject = subjectOf(object);
  const created = parseTime(object.metadata.creationTimestamp);
  // Seen late, because nobody watched, it is still known not to have been there before.
  const seenSoon = created !== null && (observedAt - created <= FRESH || (after !== undefined && created >= after));
  if (type !== 'ADDED' || !seenSoon) return null;
  const actor = actorOf({ object, manager: writersOf(object)[0]?.manager });
  return makeChange({
    time: created,
    source: 'journal',
    subject,
    title: `${formatSubject(subject)} was created${by(actor)}`,
    diff: [],
    ...named(actor),
  });
}

function edit(previous: JournalEntry, entry: JournalEntry, { snapshot, autoscalers }: Surroundings): Change | null {
  const { object, observedAt } = entry;
  const subject = subjectOf(object);
  const diff = differences(previous.object, object);
  if (diff.length === 0) return null;
  const from = entry.after ?? previous.observedAt;
  const writer = writersOf(object, 'scaling').find(
    (one) => one.time > from - MINUTE && one.time <= observedAt + SECOND,
  );
  const actor = actorOf({
    object,
    manager: writer?.manager,
    subresource: writer?.subresource,
    diff,
    autoscaler: autoscalers.get(subjectKey(subject)),
  });
  const when = timeOf(writer, entry, from);
  return makeChange({
    ...when,
    source: isRollout(object, diff) ? 'rollout' : 'journal',
    subject,
    title: `${formatSubject(subject)} was changed${by(actor)}${atRevision(snapshot, actor, when)}${words(when)}`,
    diff,
    ...named(actor),
  });
}

interface When {
  readonly time: Millis;
  readonly until?: Millis | undefined;
}

function timeOf(writer: Writer | undefined, { observedAt, after }: JournalEntry, from: Millis): When {
  // Times in managedFields are cut to the second.
  if (writer && writer.time >= from - SECOND) return { time: Math.min(Math.max(writer.time, from), observedAt) };
  return after === undefined ? { time: observedAt } : interval(after, observedAt);
}

function interval(after: Millis | undefined, observedAt: Millis): When {
  return after === undefined || after >= observedAt ? { time: observedAt } : { time: after, until: observedAt };
}

function words({ time, until }: When): string {
  return until === undefined ? '' : ` between ${formatTime(time)} and ${formatTime(until)}`;
}

function by(actor: ChangeActor | undefined): string {
  return actor ? ` by ${actor.name}` : '';
}

function atRevision(snapshot: Snapshot, actor: ChangeActor | undefined, { time }: When): string {
  const revision = actor?.subject && revisionAt(snapshot, actor.subject, time);
  return revision ? ` at revision ${revision}` : '';
}

function named(actor: ChangeActor | undefined): Pick<Change, 'actor' | 'actorSubject'> {
  if (!actor) return {};
  return { actor: actor.name, ...(actor.subject ? { actorSubject: actor.subject } : {}) };
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

function isRollout({ kind }: KubeObject, diff: readonly FieldChange[]): boolean {
  return WORKLOADS.has(kind) && diff.some(({ path }) => path.startsWith('spec.template'));
}

/** The fields in which two versions of an object differ, credentials hidden; empty when nobody decided anything. */
export function differences(before: KubeObject, after: KubeObject): FieldChange[] {
  // One was known by its metadata and the other by its hashed values: which key changed cannot be told.
  if (after.kind === 'Secret' && Object.hasOwn(before, 'written') !== Object.hasOwn(after, 'written'))
    return [{ path: 'data', before: 'redacted', after: 'redacted (changed)' }];
  return redactDiff(after.kind, diffFields(decidedContent(before), decidedContent(after), '', isBookkeeping));
}

function autoscalersOf(snapshot: Snapshot): Autoscalers {
  const found = new Map<string, Subject>();
  for (const object of snapshot.objects.list('HorizontalPodAutoscaler')) {
    const { kind, name } = object.spec?.scaleTargetRef ?? {};
    const { namespace } = object.metadata;
    if (kind && name) found.set(subjectKey({ kind, name, ...(namespace ? { namespace } : {}) }), subjectOf(object));
  }
  return found;
}

function versionOf({ object }: JournalEntry): number {
  const version = Number(object.metadata.resourceVersion ?? 0);
  return Number.isFinite(version) ? version : 0;
}
