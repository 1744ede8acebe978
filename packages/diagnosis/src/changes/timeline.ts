import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, SECOND } from '@headwater/core/time.ts';
import type { SnapshotInput } from '../snapshot/input.ts';
import { once, oncePer } from '../snapshot/once.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Change } from './change.ts';
import { authoredChanges } from './edits.ts';
import { eventChanges } from './event-changes.ts';
import { journalChanges } from './journal.ts';
import { releaseChanges } from './releases.ts';
import { reportedChanges } from './reported.ts';
import { rolloutChanges } from './rollouts.ts';

export type { Change } from './change.ts';

export interface Timeline {
  /** Every change, oldest first. */
  readonly all: readonly Change[];
  get(id: string): Change | undefined;
  /** Changes of a subject or of what it owns, oldest first. */
  of(subject: Subject): readonly Change[];
  /** The latest change of a subject at or before a time. */
  lastBefore(subject: Subject, time: Millis): Change | undefined;
}

/** Collects every change the snapshot knows of. */
export function buildTimeline(snapshot: Snapshot, input: SnapshotInput): Timeline {
  // In the order of what they tell: a source that shows the difference stands for one that only shows that there was one.
  const ranked = [
    ...journalChanges(snapshot, input.journal),
    ...rolloutChanges(snapshot),
    ...reportedChanges(input.changes, snapshot.now),
    ...releaseChanges(snapshot),
    ...authoredChanges(snapshot),
    ...eventChanges(snapshot),
  ];
  const all = withoutRepeats(ranked).filter(({ time }) => time <= snapshot.now);
  all.sort((left, right) => left.time - right.time || compareText(left.id, right.id));
  const byId = once(() => new Map(all.map((change) => [change.id, change])));
  const bySubject = once(() => indexBySubject(snapshot, all));
  const of = (subject: Subject): readonly Change[] => bySubject().get(subjectKey(subject)) ?? [];
  return {
    all,
    get: (id) => byId().get(id),
    of,
    lastBefore: (subject, time) => of(subject).findLast((change) => change.time <= time),
  };
}

// Two sources see one act seconds apart; a rollout and its scaling take up to minutes.
const SAME_ACT = 30 * SECOND;
const SAME_ROLLOUT = 5 * MINUTE;

function withoutRepeats(ranked: readonly Change[]): Change[] {
  const kept = oncePer((_namespace: string) => oncePer((_name: string): Change[] => []));
  return ranked.filter((change) => {
    const { subject } = change;
    if (!subject) return true;
    const others = kept(subject.namespace ?? '')(subject.name);
    const isNew = !others.some((other) => other.subject?.kind === subject.kind && repeats(change, other));
    if (isNew) others.push(change);
    return isNew;
  });
}

function repeats(change: Change, other: Change): boolean {
  const apart = Math.abs(change.time - other.time);
  if (apart === 0 && change.source === other.source && change.title === other.title && change.id === other.id)
    return true;
  if (change.source === 'event')
    return other.source === 'rollout' && change.title.startsWith('ScalingReplicaSet') && apart <= SAME_ROLLOUT;
  // A journal and the revisions of a workload tell the same rollout, each with its difference.
  if (change.source === 'rollout' && other.source === 'rollout') return apart <= SAME_ACT && sharesField(change, other);
  if (change.source === other.source || change.source === 'external') return false;
  return apart <= SAME_ACT && (change.diff.length === 0 || change.source === 'rollout');
}

function sharesField(change: Change, other: Change): boolean {
  return change.diff.some(({ path, after }) =>
    other.diff.some((field) => field.path === path && field.after === after),
  );
}

function indexBySubject(snapshot: Snapshot, changes: readonly Change[]): ReadonlyMap<string, Change[]> {
  const index = new Map<string, Change[]>();
  for (const change of changes) {
    if (!change.subject) continue;
    for (const owner of snapshot.owners.chain(change.subject)) {
      const key = subjectKey(owner);
      const list = index.get(key);
      if (list) list.push(change);
      else index.set(key, [change]);
    }
  }
  return index;
}
