import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ChevronDown, History } from 'lucide-react';
import { readDiagnoses } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { Time } from '../../ui/time.tsx';
import { useIncidentView } from './incident-context.tsx';

const route = getRouteApi('/app/incidents/$id');

/** Which diagnosis is shown, and the way to the earlier ones. */
export function RevisionChoice() {
  const t = useT();
  const { incident, revision } = useIncidentView();
  const navigate = route.useNavigate();
  const list = useQuery({
    queryKey: keys.part(incident.id, 'diagnoses'),
    queryFn: ({ signal }) => readDiagnoses(incident.id, signal),
  });
  if (!revision) return null;
  const latest = incident.diagnosis?.revision;
  const label = t('revision.label', { revision: revision.revision });
  const choose = (chosen: number): void =>
    void navigate({
      search: (search) => ({ ...search, revision: chosen === latest ? undefined : String(chosen) }),
      replace: true,
    });
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" size="small" icon={<History size={13} aria-hidden />}>
          {label}
          <span className="text-subtle">
            · <Time at={revision.createdAt} />
          </span>
          <ChevronDown size={12} aria-hidden />
        </Button>
      }
    >
      {(list.data?.items ?? [revision]).map((one) => (
        <MenuChoice
          key={one.revision}
          checked={one.revision === revision.revision}
          onToggle={() => choose(one.revision)}
        >
          <span className="flex flex-col">
            <span>
              {t('revision.label', { revision: one.revision })} · {t(`phase.${one.phase}`)} ·{' '}
              {t(`verdict.${one.verdict}`)}
            </span>
            <span className="text-xs text-subtle">
              <Time at={one.createdAt} />
            </span>
          </span>
        </MenuChoice>
      ))}
    </Menu>
  );
}
