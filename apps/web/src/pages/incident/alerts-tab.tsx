import type { IncidentAlert } from '@headwater/contracts/http/alert.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { BellOff } from 'lucide-react';
import { readAlerts } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { AlertState } from '../../ui/alert-state.tsx';
import { Button } from '../../ui/button.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Failure, Skeleton, State } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { useIncidentView } from './incident-context.tsx';

/** The alerts of the incident: firing first, with why each of them is here. */
export function AlertsTab() {
  const t = useT();
  const { incident } = useIncidentView();
  const query = useInfiniteQuery({
    queryKey: keys.part(incident.id, 'alerts'),
    queryFn: ({ pageParam, signal }) => readAlerts(incident.id, { limit: 50, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  if (query.isPending) return <Skeleton className="m-4 h-48" />;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  const alerts = query.data.pages.flatMap((page) => page.items);
  if (alerts.length === 0) return <State icon={BellOff} title={t('alerts.none')} />;
  return (
    <div className="rounded-card border bg-surface">
      <ul>
        {alerts.map((alert) => (
          <Member key={alert.episode.id} alert={alert} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="p-3">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('common.more')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Member({ alert }: { readonly alert: IncidentAlert }) {
  const t = useT();
  const { episode } = alert;
  const said = alert.annotations['summary'] ?? alert.annotations['description'] ?? alert.annotations['message'];
  return (
    <li className="border-b px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <SeverityBadge severity={alert.severity} />
        <Link to="/alerts/$id" params={{ id: alert.id }} className="font-medium hover:underline foreign">
          {alert.name}
        </Link>
        <AlertState status={episode.status} />
        <span className="ml-auto text-xs text-subtle">
          <Time at={episode.startsAt} />
          {episode.repeats > 0 && <> · {t.count('alerts.repeats', episode.repeats)}</>}
        </span>
      </div>
      {said && <p className="mt-1 text-[13px] text-muted foreign">{said}</p>}
      {episode.joinReason && (
        <p className="mt-1 text-[13px] foreign">
          <span className="text-subtle">{t('alerts.joined')}</span> {episode.joinReason}
        </p>
      )}
    </li>
  );
}
