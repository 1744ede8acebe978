import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import type { JournalEntry } from '../snapshot/input.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Change, type FieldChange, makeChange } from './change.ts';
import { diffFields } from './diff.ts';
import { isAuthored } from './kinds.ts';
import { writersOf } from './managers.ts';
import { redactDiff } from './redact.ts';

// A watch begins with an ADDED for every object that exists; only a fresh one was added.
const FRESH = 2 * MINUTE;
// An object that changes more often is written by a loop; its latest states are the ones that matter.
const MAX_STATES = 40;

/** Changes between consecutive observed states of the same object, and its appearance and deletion. */
export function journalChanges(snapshot: Snapshot, journal: readonly JournalEntry[]): Change[] {
  const known = journal.filter(({ object, observedAt }) => observedAt <= snapshot.now && isAuthored(object));
  const bySubject = Map.groupBy(known, ({ object }) => subjectKey(subjectOf(object)));
  return [...bySubject.values()].flatMap((entries) => changesOf(snapshot, entries));
}

function changesOf(snapshot: Snapshot, entries: readonly JournalEntry[]): Change[] {
  const states = [...entries]
    .sort((left, right) => left.observedAt - right.observedAt || versionOf(left) - versionOf(right))
    .slice(-MAX_STATES);
  const changes: Change[] = [];
  let previous: JournalEntry | undefined;
  for (const entry of [...states, ...currentState(snapshot, states.at(-1))]) {
    const change = step(previous, entry);
    if (change) changes.push(change);
    previous = entry.type === 'DELETED' ? undefined : entry;
  }
  return changes;
}

/** The object as the snapshot holds it, when the journal ends before it. */
function currentState(snapshot: Snapshot, last: JournalEntry | undefined): JournalEntry[] {
  const object = last ? snapshot.objects.find(subjectOf(last.object)) : undefined;
  if (!last || !object || last.type === 'DELETED') return [];
  return [
    { observedAt: Math.max(last.observedAt, writersOf(object)[0]?.time ?? snapshot.now), type: 'MODIFIED', object },
  ];
}

function step(previous: JournalEntry | undefined, entry: JournalEntry): Change | null {
  const { object, observedAt, type } = entry;
  const subject = subjectOf(object);
  if (type === 'DELETED') {
    return makeChange({
      time: parseTime(object.metadata.deletionTimestamp) ?? observedAt,
      source: 'journal',
      subject,
      title: `${formatSubject(subject)} was deleted`,
      diff: [],
    });
  }
  if (!previous) {
    const created = parseTime(object.metadata.creationTimestamp);
    if (type !== 'ADDED' || created === null || observedAt - created > FRESH) return null;
    return makeChange({
      time: created,
      source: 'journal',
      subject,
      title: `${formatSubject(subject)} was created`,
      diff: [],
      actor: writersOf(object)[0]?.manager,
    });
  }
  const diff = differences(previous.object, object);
  if (diff.length === 0) return null;
  const writer = writersOf(object).find(({ time }) => time > previous.observedAt - MINUTE && time <= observedAt);
  return makeChange({
    time: timeOf(writer?.time, previous.observedAt, observedAt),
    source: 'journal',
    subject,
    title: `${formatSubject(subject)} was changed${writer ? ` by ${writer.manager}` : ''}`,
    diff,
    actor: writer?.manager,
  });
}

function timeOf(written: Millis | undefined, before: Millis, observed: Millis): Millis {
  return written !== undefined && written >= before && written <= observed ? written : observed;
}

function differences(before: KubeObject, after: KubeObject): FieldChange[] {
  return redactDiff(after.kind, diffFields(content(before), content(after), '', isBookkeeping));
}

/** What somebody decides about an object: everything but its status and the server's own metadata. */
function content(object: KubeObject): Record<string, unknown> {
  const { apiVersion: _version, kind: _kind, metadata, status, ...rest } = object;
  const health = object.kind === 'Node' ? { conditions: nodeConditions(status) } : {};
  return {
    ...rest,
    ...health,
    metadata: { labels: metadata.labels, annotations: metadata.annotations, finalizers: metadata.finalizers },
  };
}

function nodeConditions(status: unknown): Record<string, unknown> {
  const conditions = (status as { conditions?: unknown } | undefined)?.conditions;
  if (!Array.isArray(conditions)) return {};
  return Object.fromEntries(
    conditions.map((condition: { type?: unknown; status?: unknown }) => [String(condition.type), condition.status]),
  );
}

const BOOKKEEPING =
  /last-applied-configuration|deployment\.kubernetes\.io\/|control-plane\.alpha\.kubernetes\.io\/leader|autoscaling\.alpha\.kubernetes\.io\/|volume\.(?:beta\.)?kubernetes\.io\/|projectcalico\.org\/|node\.alpha\.kubernetes\.io\/|csi\.volume\.kubernetes\.io\/|reconcile\.fluxcd\.io\/|argocd\.argoproj\.io\/refresh/;

function isBookkeeping(path: string): boolean {
  return BOOKKEEPING.test(path);
}

function versionOf({ object }: JournalEntry): number {
  const version = Number(object.metadata.resourceVersion ?? 0);
  return Number.isFinite(version) ? version : 0;
}
