import type { BindingInput } from '@headwater/contracts/http/auth.ts';
import type { User } from '@headwater/contracts/http/users.ts';
import { Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { bindRole, unbindRole } from '../../api/people.ts';
import { useT } from '../../i18n/language.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { BindingFields, USER_ROLES } from './binding-fields.tsx';
import { RoleChip } from './role-chips.tsx';
import { useChange } from './use-change.ts';

const FIRST_BINDING: Required<BindingInput> = { role: 'viewer', cluster: '*', namespace: '*' };

interface RolesDialogProps {
  readonly user: User;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What a person may do and where; every change holds at once. */
export function RolesDialog({ user, open, onClose }: RolesDialogProps) {
  const t = useT();
  const { busy, change } = useChange(keys.users);
  const [binding, setBinding] = useState(FIRST_BINDING);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    void change(() => bindRole(user.id, binding));
  };
  return (
    <Dialog open={open} onClose={onClose} title={t('users.rolesOf', { name: user.displayName })}>
      <ul className="mb-4 flex flex-col">
        {user.bindings.map((held) => (
          <li key={held.id} className="flex items-center justify-between border-b py-1.5">
            <RoleChip binding={held} />
            <IconButton
              label={t('users.removeRole')}
              icon={<Trash2 size={14} aria-hidden />}
              onClick={() => void change(() => unbindRole(user.id, held.id))}
            />
          </li>
        ))}
      </ul>
      <form className="flex flex-col gap-4" onSubmit={add}>
        <BindingFields binding={binding} roles={USER_ROLES} onChange={setBinding} />
        <div>
          <Button type="submit" look="primary" busy={busy} icon={<Plus size={14} aria-hidden />}>
            {t('users.addRole')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
