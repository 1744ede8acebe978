import type { Change } from '../../changes/change.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

/** Whether a later change of the same object set every field of this one back to what it was. */
export function isUndoneLater(snapshot: Snapshot, { subject, time, diff }: Change): boolean {
  if (!subject || diff.length === 0) return false;
  const later = snapshot.changes.of(subject).filter((change) => change.time > time);
  return diff.every((field) =>
    later.some((change) => change.diff.some(({ path, after }) => path === field.path && after === field.before)),
  );
}
