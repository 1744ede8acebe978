import type { IncidentFacets } from '@headwater/contracts/http/incident.ts';
import { useQuery } from '@tanstack/react-query';
import { ArrowDownWideNarrow } from 'lucide-react';
import type { RefObject } from 'react';
import { incidentFacets } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { SEVERITY_ORDER, SeverityGlyph } from '../../ui/severity.tsx';
import { STATUS_ORDER } from '../../ui/status.tsx';
import { FacetMenu, type FacetOption } from './facet-menu.tsx';
import { DEFAULT_FILTER, type IncidentFilter, isDefault, type ListField, toggled } from './filter.ts';

interface FilterBarProps {
  readonly filter: IncidentFilter;
  readonly onChange: (filter: IncidentFilter) => void;
  readonly searchBox: RefObject<HTMLInputElement | null>;
}

const SORTS = ['startedAt', 'updatedAt', 'severity'] as const;
type FacetName = keyof IncidentFacets;

function useOptions(filter: IncidentFilter): Readonly<Record<ListField, readonly FacetOption[]>> {
  const t = useT();
  const { data } = useQuery({
    queryKey: keys.facets,
    queryFn: ({ signal }) => incidentFacets(signal),
    staleTime: 30_000,
  });
  const countOf = (facet: FacetName, value: string) => data?.[facet].find((one) => one.value === value)?.count;
  // What is chosen stays choosable, also when no incident holds it now.
  const named = (facet: FacetName, field: ListField): FacetOption[] => {
    const values = new Set([...(data?.[facet] ?? []).map((one) => one.value), ...filter[field]]);
    return [...values].map((value) => ({
      value,
      label: <span className="truncate">{value}</span>,
      count: countOf(facet, value),
    }));
  };
  return {
    status: STATUS_ORDER.map((value) => ({ value, label: t(`status.${value}`), count: countOf('statuses', value) })),
    severity: SEVERITY_ORDER.map((value) => ({
      value,
      label: (
        <>
          <SeverityGlyph severity={value} /> {t(`severity.${value}`)}
        </>
      ),
      count: countOf('severities', value),
    })),
    cluster: named('clusters', 'cluster'),
    namespace: named('namespaces', 'namespace'),
    category: named('categories', 'category'),
    assignee: named('assignees', 'assignee'),
  };
}

const MENUS = ['status', 'severity', 'cluster', 'namespace', 'category'] as const;

/** Search and filters; every change is a change of the address. */
export function FilterBar({ filter, onChange, searchBox }: FilterBarProps) {
  const t = useT();
  const options = useOptions(filter);
  return (
    <div
      role="search"
      aria-label={t('filter.title')}
      className="flex flex-wrap items-center gap-x-2 gap-y-2.5 px-4 pb-3 lg:flex-nowrap"
    >
      <SearchBox
        ref={searchBox}
        value={filter.q}
        label={t('filter.search')}
        placeholder={t('filter.placeholder')}
        onSearch={(q) => onChange({ ...filter, q })}
      />
      <div className="order-last -mx-4 flex min-w-0 max-w-[100vw] lg:order-none items-center gap-1.5 overflow-x-auto px-4 py-0.5 [scrollbar-width:none] lg:mx-0 lg:flex-1 lg:px-0.5">
        {MENUS.map((field) => (
          <FacetMenu
            key={field}
            label={t(`filter.${field}`)}
            options={options[field]}
            chosen={filter[field]}
            onToggle={(value) => onChange(toggled(filter, field, value))}
            onClear={() => onChange({ ...filter, [field]: [] })}
          />
        ))}
        {!isDefault(filter) && (
          <Button look="quiet" onClick={() => onChange({ ...DEFAULT_FILTER, sort: filter.sort })}>
            {t('filter.reset')}
          </Button>
        )}
      </div>
      <div className="ml-auto shrink-0">
        <Menu
          align="end"
          trigger={
            <Button look="quiet" icon={<ArrowDownWideNarrow size={14} aria-hidden />}>
              {t(`sort.${filter.sort}`)}
            </Button>
          }
        >
          {SORTS.map((sort) => (
            <MenuChoice key={sort} checked={filter.sort === sort} onToggle={() => onChange({ ...filter, sort })}>
              {t(`sort.${sort}`)}
            </MenuChoice>
          ))}
        </Menu>
      </div>
    </div>
  );
}
