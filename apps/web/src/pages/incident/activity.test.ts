import type { Comment } from '@headwater/contracts/http/comment.ts';
import type { TimelineEntry } from '@headwater/contracts/http/timeline.ts';
import { describe, expect, it } from 'vitest';
import { activity } from './activity.ts';

const entry = (id: number, kind: string, minute: number, actor = 'Headwater'): TimelineEntry => ({
  id,
  at: `2026-03-01T10:${String(minute).padStart(2, '0')}:00Z`,
  kind: `incident.${kind}`,
  actor,
  text: '',
  data: {},
});
const comment = { id: 'cmt_1', createdAt: '2026-03-01T10:02:30Z' } as Comment;

describe('the activity of an incident', () => {
  it('is newest first, with what was said among what happened', () => {
    const items = activity([entry(3, 'diagnosed', 3), entry(2, 'acknowledged', 2), entry(1, 'opened', 1)], [comment]);
    expect(items.map((item) => item.key)).toEqual(['event-3', 'cmt_1', 'event-2', 'event-1']);
  });

  it('folds alerts that join in a row into one line, not across anything else', () => {
    const entries = [
      entry(4, 'alert-joined', 4),
      entry(3, 'alert-joined', 3),
      entry(2, 'assigned', 2),
      entry(1, 'alert-joined', 1),
    ];
    const items = activity(entries, []);
    expect(items.map((item) => (item.kind === 'event' ? [item.entry.kind, item.times] : []))).toEqual([
      ['incident.alert-joined', 2],
      ['incident.assigned', 1],
      ['incident.alert-joined', 1],
    ]);
  });

  it('shows a comment once, although the log names it too', () => {
    expect(activity([entry(1, 'commented', 2)], [comment])).toHaveLength(1);
  });
});
