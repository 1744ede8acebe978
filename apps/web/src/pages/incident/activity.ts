import type { Comment } from '@headwater/contracts/http/comment.ts';
import type { TimelineEntry } from '@headwater/contracts/http/timeline.ts';

export type ActivityItem =
  | { readonly kind: 'comment'; readonly at: string; readonly key: string; readonly comment: Comment }
  | {
      readonly kind: 'event';
      readonly at: string;
      readonly key: string;
      readonly entry: TimelineEntry;
      /** How many of the same kind, one after another, this one stands for. */
      readonly times: number;
    };

/** What happened and what was said in one order, newest first; alerts that joined in a row are one line. */
export function activity(entries: readonly TimelineEntry[], comments: readonly Comment[]): ActivityItem[] {
  const events = entries
    .filter((entry) => entry.kind !== 'incident.commented' && entry.kind !== 'incident.changed')
    .map((entry): ActivityItem => ({ kind: 'event', at: entry.at, key: `event-${entry.id}`, entry, times: 1 }));
  const said = comments.map(
    (comment): ActivityItem => ({ kind: 'comment', at: comment.createdAt, key: comment.id, comment }),
  );
  const ordered = [...events, ...said].sort((left, right) => Date.parse(right.at) - Date.parse(left.at));
  const folded: ActivityItem[] = [];
  for (const item of ordered) {
    const before = folded.at(-1);
    if (item.kind === 'event' && before?.kind === 'event' && foldable(before.entry, item.entry)) {
      folded[folded.length - 1] = { ...before, times: before.times + 1 };
    } else folded.push(item);
  }
  return folded;
}

const FOLDED: ReadonlySet<string> = new Set([
  'incident.alert-joined',
  'incident.alert-left',
  'incident.alert-resolved',
]);

function foldable(left: TimelineEntry, right: TimelineEntry): boolean {
  return left.kind === right.kind && left.actor === right.actor && FOLDED.has(left.kind);
}
