import { CircleCheckBig, SearchX } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Skeleton, State } from '../../ui/states.tsx';
import { DEFAULT_FILTER, type IncidentFilter, isDefault } from './filter.ts';

export function ListSkeleton() {
  const t = useT();
  return (
    <div role="status" aria-label={t('common.loading')}>
      {Array.from({ length: 9 }, (_, row) => (
        <div key={row} className="flex h-[61px] items-center gap-4 border-b px-4">
          <Skeleton className="h-5 w-20" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className={row % 2 === 0 ? 'h-3.5 w-2/5' : 'h-3.5 w-1/3'} />
            <Skeleton className={row % 3 === 0 ? 'h-3 w-3/5' : 'h-3 w-1/2'} />
          </div>
          <Skeleton className="hidden h-5 w-24 lg:block" />
        </div>
      ))}
    </div>
  );
}

interface EmptyProps {
  readonly filter: IncidentFilter;
  readonly onChange: (filter: IncidentFilter) => void;
}

/** Nothing active is good news; nothing that matches is a question of the filter. */
export function EmptyList({ filter, onChange }: EmptyProps) {
  const t = useT();
  if (isDefault(filter)) {
    return (
      <State icon={CircleCheckBig} tone="good" title={t('incidents.allClear')}>
        <p>{t('incidents.allClearHint')}</p>
        <Button onClick={() => onChange({ ...filter, status: [] })}>{t('incidents.showAll')}</Button>
      </State>
    );
  }
  return (
    <State icon={SearchX} title={t('incidents.noMatch')}>
      <p>{t('incidents.noMatchHint')}</p>
      <Button onClick={() => onChange(DEFAULT_FILTER)}>{t('filter.reset')}</Button>
    </State>
  );
}
