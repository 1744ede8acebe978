import type { Subject } from '@headwater/core/subject.ts';
import { DAY } from '@headwater/core/time.ts';
import type { Change } from '../../changes/timeline.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** The latest change of a subject whose differences, or a field manager's signature, touch a path, within a day before the snapshot. */
export function recentEdit(
  snapshot: Snapshot,
  subject: Subject,
  touches: (path: string) => boolean,
): Change | undefined {
  return snapshot.changes
    .of(subject)
    .findLast(
      ({ time, diff, signed = [] }) =>
        snapshot.now - time <= DAY && (diff.some(({ path }) => touches(path)) || signed.some(touches)),
    );
}

/** The latest change of a subject within a day before the snapshot, its creation included. */
export function recentChange(snapshot: Snapshot, subject: Subject): Change | undefined {
  return snapshot.changes.of(subject).findLast((change) => snapshot.now - change.time <= DAY);
}
