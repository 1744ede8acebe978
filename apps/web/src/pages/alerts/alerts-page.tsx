import type { AlertItem } from '@headwater/contracts/http/alert.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { BellOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { listAlerts } from '../../api/alerts.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { useKeys } from '../../platform/use-keys.ts';
import { PageHeading } from '../../shell/page-heading.tsx';
import { AlertState } from '../../ui/alert-state.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Failure, RowsSkeleton, State } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';

const route = getRouteApi('/app/alerts');
const STATUSES = ['firing', 'resolved', 'any'] as const;
const ROW = 58;
const AHEAD = 20;

function useAlerts(status: string, q: string) {
  return useInfiniteQuery({
    queryKey: keys.alerts(`${status} ${q}`),
    queryFn: ({ pageParam, signal }) =>
      listAlerts(
        { status: status === 'any' ? undefined : status, q, limit: 100, cursor: pageParam ?? undefined },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}

export function AlertsPage() {
  const t = useT();
  const { status = 'firing', q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useAlerts(status, q);
  const searchBox = useRef<HTMLInputElement>(null);
  usePageTitle(t('nav.alerts'));
  useKeys({ '/': () => searchBox.current?.focus() });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeading title={t('nav.alerts')} />
      <div className="flex flex-wrap items-center gap-2 px-4 pb-3">
        <SearchBox
          ref={searchBox}
          value={q}
          label={t('alerts.search')}
          placeholder={t('alerts.search')}
          onSearch={(text) => void navigate({ search: (held) => ({ ...held, q: text }), replace: true })}
        />
        <div role="group" aria-label={t('filter.status')} className="flex gap-1.5">
          {STATUSES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={status === one}
              onClick={() => void navigate({ search: (held) => ({ ...held, status: one }), replace: true })}
              className={clsx(buttonClass(), status === one && 'border-accent! bg-accent-tint! text-accent-text')}
            >
              {t(`alerts.${one}`)}
            </button>
          ))}
        </div>
      </div>
      {query.isPending && <RowsSkeleton height={ROW} />}
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && (
        <State icon={BellOff} tone={status === 'firing' && q === '' ? 'good' : 'calm'} title={t('alerts.none')} />
      )}
      {items.length > 0 && (
        <AlertRows
          items={items}
          more={query.hasNextPage && !query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
        />
      )}
    </div>
  );
}

interface AlertRowsProps {
  readonly items: readonly AlertItem[];
  readonly more: boolean;
  readonly onMore: () => void;
}

function AlertRows({ items, more, onMore }: AlertRowsProps) {
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= items.length - AHEAD) onMore();
  });
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto border-t">
      <ul aria-label={t('nav.alerts')} className="relative" style={{ height: rows.getTotalSize() }}>
        {visible.map((row) => {
          const alert = items[row.index];
          return (
            <li
              key={row.key}
              aria-setsize={items.length}
              aria-posinset={row.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
            >
              {alert && <AlertRow alert={alert} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function AlertRow({ alert }: { readonly alert: AlertItem }) {
  const t = useT();
  return (
    <div className="relative flex h-full items-center gap-3 border-b bg-surface px-4 hover:bg-sunken/70">
      <span className="hidden w-24 sm:block">
        <SeverityBadge severity={alert.severity} />
      </span>
      <span className="min-w-0 flex-1">
        <Link
          to="/alerts/$id"
          params={{ id: alert.id }}
          className="block truncate font-medium after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
        >
          {alert.name}
        </Link>
        <span className="block truncate text-[13px] text-subtle">
          {[alert.cluster, alert.namespace].filter(Boolean).join(' / ')}
          {alert.subject && ` · ${alert.subject.kind} ${alert.subject.name}`}
          {alert.flapping && ` · ${t('alerts.flapping')}`}
        </span>
      </span>
      {alert.incident && (
        <Link
          to="/incidents/$id"
          params={{ id: alert.incident.id }}
          title={alert.incident.title}
          className="relative z-10 hidden max-w-64 truncate text-[13px] text-accent-text hover:underline md:block"
        >
          #{alert.incident.number} {alert.incident.title}
        </Link>
      )}
      <span className="w-20 shrink-0">
        <AlertState status={alert.status} />
      </span>
      <span className="w-12 shrink-0 text-right text-[13px]">
        <Time at={alert.startsAt ?? alert.lastSeenAt} as="age" className="tabular" />
      </span>
    </div>
  );
}
