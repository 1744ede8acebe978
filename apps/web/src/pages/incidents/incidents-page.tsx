import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import { useMe } from '../../api/session.ts';
import { useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { useKeys } from '../../platform/use-keys.ts';
import { PageHeading } from '../../shell/page-heading.tsx';
import { Failure, RowsSkeleton } from '../../ui/states.tsx';
import { COLUMNS } from './incident-row.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filterFromSearch, type IncidentFilter, searchFromFilter } from './filter.ts';
import { IncidentRows, type RowsHandle, useRowHeight } from './incident-rows.tsx';
import { EmptyList } from './list-states.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useBulk } from './use-bulk.ts';
import { useIncidents } from './use-incidents.ts';
import { useSelection } from './use-selection.ts';
import { Views } from './views.tsx';

const route = getRouteApi('/app/incidents');

export function IncidentsPage() {
  const t = useT();
  const navigate = route.useNavigate();
  const filter = filterFromSearch(route.useSearch());
  const me = useMe();
  const { items, fresh, query } = useIncidents(filter, me.login);
  const selection = useSelection(items);
  const bulk = useBulk(selection.clear);
  const rowHeight = useRowHeight();
  const searchBox = useRef<HTMLInputElement>(null);
  const rows = useRef<RowsHandle>(null);
  const change = (next: IncidentFilter): void => void navigate({ search: searchFromFilter(next), replace: true });
  const { fetchNextPage, isFetchingNextPage, hasNextPage } = query;
  const onMore = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
  const focused = () => items[rows.current?.focusedIndex() ?? -1];
  const step = (by: number) => rows.current?.focusRow((rows.current.focusedIndex() ?? -1) + by);
  const targets = (): string[] => {
    const one = focused();
    return selection.selected.size > 0 ? [...selection.selected] : one ? [one.id] : [];
  };
  useKeys({
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    x: () => focused() && selection.toggle(focused()?.id ?? '', false),
    X: () => focused() && selection.toggle(focused()?.id ?? '', true),
    a: () => void bulk.run('acknowledge', targets()),
    '/': () => searchBox.current?.focus(),
    Escape: selection.clear,
  });
  usePageTitle(t('incidents.title'), items.some((one) => one.status === 'open') ? 'firing' : 'calm');
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeading title={t('incidents.title')}>
        <Views filter={filter} />
      </PageHeading>
      <FilterBar filter={filter} onChange={change} searchBox={searchBox} />
      <ColumnHeads />
      {query.isPending && <RowsSkeleton height={rowHeight} />}
      {query.isError && items.length === 0 && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <EmptyList filter={filter} onChange={change} />}
      {items.length > 0 && (
        <IncidentRows
          key={JSON.stringify(searchFromFilter(filter))}
          items={items}
          fresh={fresh}
          selected={selection.selected}
          onSelect={selection.toggle}
          more={hasNextPage}
          onMore={onMore}
          handle={rows}
        />
      )}
      <SelectionBar selected={selection.selected} onClear={selection.clear} bulk={bulk} />
    </div>
  );
}

function ColumnHeads() {
  const t = useT();
  return (
    <div aria-hidden className={`hidden h-8 shrink-0 border-y bg-sunken/60 pr-4 pl-4 text-xs text-subtle ${COLUMNS}`}>
      <span />
      <span>{t('column.severity')}</span>
      <span>{t('column.what')}</span>
      <span>{t('column.where')}</span>
      <span>{t('column.status')}</span>
      <span className="text-right">{t('column.alerts')}</span>
      <span>
        <span className="sr-only 2xl:not-sr-only">{t('column.assignee')}</span>
      </span>
      <span className="text-right">{t('column.age')}</span>
    </div>
  );
}
