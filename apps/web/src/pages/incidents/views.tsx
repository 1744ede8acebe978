import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { useT } from '../../i18n/language.tsx';
import { DEFAULT_FILTER, type FilterSearch, type IncidentFilter, searchFromFilter } from './filter.ts';

const VIEWS: readonly { readonly name: 'active' | 'mine' | 'resolved' | 'all'; readonly search: FilterSearch }[] = [
  { name: 'active', search: {} },
  { name: 'mine', search: { assignee: 'me' } },
  { name: 'resolved', search: { status: 'resolved' } },
  { name: 'all', search: { status: 'any' } },
];

function isView(filter: IncidentFilter, search: FilterSearch): boolean {
  const { status = '', assignee = '' } = searchFromFilter(filter);
  return status === (search.status ?? '') && assignee === (search.assignee ?? '');
}

/** The four questions people come with, as links. */
export function Views({ filter }: { readonly filter: IncidentFilter }) {
  const t = useT();
  const rest = searchFromFilter({ ...filter, status: DEFAULT_FILTER.status, assignee: [] });
  return (
    <nav aria-label={t('views.title')} className="flex items-center gap-0.5 rounded-[8px] bg-sunken p-0.5">
      {VIEWS.map(({ name, search }) => {
        const current = isView(filter, search);
        return (
          <Link
            key={name}
            to="/incidents"
            search={{ ...rest, ...search }}
            activeOptions={{ exact: true }}
            aria-current={current ? 'true' : undefined}
            className={clsx(
              'rounded-[6px] px-2.5 py-1 text-[13px]',
              current ? 'bg-surface font-medium text-text shadow-xs' : 'text-muted hover:text-text',
            )}
          >
            {t(`views.${name}`)}
          </Link>
        );
      })}
    </nav>
  );
}
