import { useQuery } from '@tanstack/react-query';
import { UserMinus } from 'lucide-react';
import { useState } from 'react';
import { listPeople } from '../../api/people.ts';
import { useMe } from '../../api/session.ts';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Avatar } from '../../ui/person.tsx';
import { useIncidentView } from './incident-context.tsx';

interface AssignDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onAssign: (login: string | null) => Promise<boolean>;
}

/** Who takes the incident: oneself first, then everybody who may. */
export function AssignDialog({ open, onClose, onAssign }: AssignDialogProps) {
  const t = useT();
  const me = useMe();
  const { incident } = useIncidentView();
  const [search, setSearch] = useState('');
  const people = useQuery({ queryKey: ['people'], queryFn: ({ signal }) => listPeople(signal), enabled: open });
  const others = (people.data ?? []).filter((one) => one.login !== me.login);
  const found = [{ login: me.login, displayName: me.displayName }, ...others].filter((one) =>
    `${one.login} ${one.displayName}`.toLowerCase().includes(search.trim().toLowerCase()),
  );
  const choose = async (login: string | null): Promise<void> => {
    if (await onAssign(login)) onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('assign.title')}
      footer={
        incident.assignee && (
          <Button icon={<UserMinus size={14} aria-hidden />} onClick={() => void choose(null)}>
            {t('assign.nobody')}
          </Button>
        )
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found[0]) void choose(found[0].login);
        }}
      >
        <TextInput
          data-first
          aria-label={t('assign.search')}
          placeholder={t('assign.search')}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </form>
      <ul className="mt-2 flex flex-col">
        {found.map((one) => (
          <li key={one.login}>
            <button
              type="button"
              onClick={() => void choose(one.login)}
              className="flex w-full items-center gap-2.5 rounded-control px-2 py-2 text-left hover:bg-sunken"
            >
              <Avatar name={one.displayName} size={26} />
              <span className="min-w-0 flex-1 truncate">
                {one.displayName} <span className="text-subtle">{one.login}</span>
              </span>
              {one.login === me.login && <span className="text-xs text-subtle">{t('assign.me')}</span>}
              {one.login === incident.assignee && <span className="text-xs text-accent-text">{t('assign.now')}</span>}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
