import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { SnapshotInput } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface FieldChange {
  readonly path: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Something that was altered: a rollout, an edited ConfigMap, a flag, a node event. */
export interface Change {
  /** `chg_...`, made from content. */
  readonly id: string;
  readonly time: Millis;
  readonly source: 'rollout' | 'managed-fields' | 'journal' | 'event' | 'external' | 'created';
  readonly subject?: Subject | undefined;
  readonly title: string;
  readonly diff: readonly FieldChange[];
  readonly actor?: string | undefined;
}

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
export function buildTimeline(_snapshot: Snapshot, _input: SnapshotInput): Timeline {
  return { all: [], get: () => undefined, of: () => [], lastBefore: () => undefined };
}
