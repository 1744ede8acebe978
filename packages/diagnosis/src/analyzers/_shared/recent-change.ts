import type { Subject } from '@headwater/core/subject.ts';
import { DAY } from '@headwater/core/time.ts';
import type { Change } from '../../changes/timeline.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** The latest change of a subject whose differences touch a path, within a day before the snapshot. */
export function recentEdit(
  snapshot: Snapshot,
  subject: Subject,
  touches: (path: string) => boolean,
): Change | undefined {
  return snapshot.changes
    .of(subject)
    .findLast((change) => snapshot.now - change.time <= DAY && change.diff.some(({ path }) => touches(path)));
}

/** The latest change of a subject within a day before the snapshot, its creation included. */
export function recentChange(snapshot: Snapshot, subject: Subject): Change | undefined {
  return snapshot.changes.of(subject).findLast((change) => snapshot.now - change.time <= DAY);
}

/** As `recentEdit`, where only the names of the edited fields are known: what a field manager's signature tells. */
export function recentNamedEdit(
  snapshot: Snapshot,
  subject: Subject,
  touches: (path: string) => boolean,
): Change | undefined {
  const named = ({ title }: Change): readonly string[] => /: (.+)$/.exec(title)?.[1]?.split(', ') ?? [];
  return snapshot.changes
    .of(subject)
    .findLast(
      (change) =>
        change.source === 'managed-fields' && snapshot.now - change.time <= DAY && named(change).some(touches),
    );
}
