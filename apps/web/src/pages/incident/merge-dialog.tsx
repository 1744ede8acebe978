import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { listIncidents } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput, Tick } from '../../ui/field.tsx';
import { SeverityGlyph } from '../../ui/severity.tsx';
import { useIncidentView } from './incident-context.tsx';

const SHOWN = 20;

interface MergeDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onMerge: (ids: readonly string[]) => Promise<boolean>;
}

/** Which other incidents are the same trouble; their alerts come here. */
export function MergeDialog({ open, onClose, onMerge }: MergeDialogProps) {
  const t = useT();
  const { incident } = useIncidentView();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const query = { status: ['open', 'acknowledged'], cluster: [incident.cluster], q: search, limit: SHOWN };
  const candidates = useQuery({
    queryKey: [...keys.incidents, 'merge', query],
    queryFn: ({ signal }) => listIncidents(query, signal),
    enabled: open,
  });
  const others = (candidates.data?.items ?? []).filter((one) => one.id !== incident.id);
  const toggle = (id: string): void =>
    setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('merge.title')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            look="primary"
            disabledReason={chosen.length === 0 ? t('merge.none') : null}
            onClick={() => void onMerge(chosen).then((done) => done && onClose())}
          >
            {t.count('merge.confirm', chosen.length)}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-[13px] text-muted">{t('merge.hint', { title: incident.title })}</p>
      <TextInput
        data-first
        aria-label={t('merge.search')}
        placeholder={t('merge.search')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className="mt-2 flex flex-col">
        {others.map((one) => (
          <li key={one.id}>
            <label className="flex cursor-pointer items-center gap-2.5 rounded-control px-2 py-2 hover:bg-sunken">
              <Tick checked={chosen.includes(one.id)} onChange={() => toggle(one.id)} />
              <SeverityGlyph severity={one.severity} />
              <span className="min-w-0 flex-1 truncate">{one.title}</span>
              <span className="text-xs text-subtle tabular">#{one.number}</span>
            </label>
          </li>
        ))}
      </ul>
      {candidates.isSuccess && others.length === 0 && (
        <p className="mt-3 text-[13px] text-subtle">{t('merge.nothing')}</p>
      )}
    </Dialog>
  );
}
