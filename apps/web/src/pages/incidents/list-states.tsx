import { CircleCheckBig, SearchX } from 'lucide-react';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { State } from '../../ui/states.tsx';
import { DEFAULT_FILTER, type IncidentFilter, isDefault } from './filter.ts';

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
