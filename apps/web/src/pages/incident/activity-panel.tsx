import { useQuery } from '@tanstack/react-query';
import {
  Activity as Pulse,
  Bell,
  BellOff,
  CheckCheck,
  CircleDot,
  Clock3,
  GitMerge,
  type LucideIcon,
  RotateCcw,
  ScanSearch,
  Split,
  TrendingUp,
  UserCheck,
  UserPlus,
} from 'lucide-react';
import { readFeedback, readTimeline } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { Section } from '../../ui/card.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { Statement } from '../../ui/text.tsx';
import { Time } from '../../ui/time.tsx';
import { type ActivityItem, activity } from './activity.ts';
import { CommentForm, CommentItem } from './comments.tsx';
import { useIncidentView } from './incident-context.tsx';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  'incident.opened': CircleDot,
  'incident.acknowledged': UserCheck,
  'incident.snoozed': Clock3,
  'incident.assigned': UserPlus,
  'incident.resolved': CheckCheck,
  'incident.reopened': RotateCcw,
  'incident.merged': GitMerge,
  'incident.split': Split,
  'incident.severity': TrendingUp,
  'incident.diagnosed': ScanSearch,
  'incident.alert-joined': Bell,
  'incident.alert-left': BellOff,
  'incident.alert-resolved': BellOff,
};

/** What happened and what people said, newest first, with the place to say more. */
export function ActivityPanel() {
  const t = useT();
  const { incident } = useIncidentView();
  const timeline = useQuery({
    queryKey: keys.part(incident.id, 'timeline'),
    queryFn: ({ signal }) => readTimeline(incident.id, { limit: 100 }, signal),
  });
  const feedback = useQuery({
    queryKey: keys.part(incident.id, 'feedback'),
    queryFn: ({ signal }) => readFeedback(incident.id, signal),
  });
  const items = activity(timeline.data?.items ?? [], feedback.data?.comments ?? []);
  return (
    <Section id="activity" title={t('activity.title')}>
      <div className="border-b p-3">
        <CommentForm />
      </div>
      {timeline.isPending && <Skeleton className="m-4 h-24" />}
      {timeline.isError && <Failure error={timeline.error} onRetry={() => void timeline.refetch()} />}
      <ol className="px-4 py-3">
        {items.map((item) => (
          <Item key={item.key} item={item} />
        ))}
      </ol>
    </Section>
  );
}

function Item({ item }: { readonly item: ActivityItem }) {
  const t = useT();
  if (item.kind === 'comment') return <CommentItem comment={item.comment} />;
  const { entry, times } = item;
  const Icon = ICONS[entry.kind] ?? Pulse;
  // The server's own sentence names details; the page's words are the reader's language.
  const words = t.find(`event.${entry.kind}`);
  return (
    <li className="relative flex gap-2.5 pb-3 last:pb-0 not-last:before:absolute not-last:before:top-6 not-last:before:bottom-0 not-last:before:left-[10px] not-last:before:w-px not-last:before:bg-line">
      <span className="mt-0.5 grid size-[21px] shrink-0 place-items-center rounded-full bg-sunken text-muted">
        <Icon size={12} aria-hidden />
      </span>
      <div className="min-w-0 flex-1 text-[13px]">
        <p className="flex flex-wrap items-baseline gap-x-1.5">
          <span className="font-medium">{words ?? entry.kind}</span>
          {times > 1 && <span className="text-subtle tabular">×{times}</span>}
          <span className="text-subtle">{entry.actor}</span>
          <Time at={entry.at} className="ml-auto text-xs whitespace-nowrap text-subtle" />
        </p>
        <p className="line-clamp-3 text-muted">
          <Statement text={entry.text} />
        </p>
      </div>
    </li>
  );
}
