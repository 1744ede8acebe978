import type { User, UserWithPassword } from '@headwater/contracts/http/users.ts';
import { useQuery } from '@tanstack/react-query';
import { Ellipsis, KeyRound, ShieldCheck, UserPlus, UserX } from 'lucide-react';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { editUser, listUsers, resetPassword } from '../../api/people.ts';
import { useMe } from '../../api/session.ts';
import { useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { PageHeading } from '../../shell/page-heading.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Avatar } from '../../ui/person.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { NewUserDialog } from './new-user-dialog.tsx';
import { RoleChips } from './role-chips.tsx';
import { RolesDialog } from './roles-dialog.tsx';
import { SecretShown } from './secret-shown.tsx';
import { useChange } from './use-change.ts';

export function UsersPage() {
  const t = useT();
  const query = useQuery({ queryKey: keys.users, queryFn: ({ signal }) => listUsers(signal) });
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<UserWithPassword | null>(null);
  usePageTitle(t('nav.users'));
  return (
    <div className="h-full overflow-y-auto">
      <PageHeading title={t('nav.users')}>
        <Button
          className="ml-auto"
          look="primary"
          icon={<UserPlus size={14} aria-hidden />}
          onClick={() => setAdding(true)}
        >
          {t('users.add')}
        </Button>
      </PageHeading>
      <div className="max-w-[1000px] px-4 pb-8">
        {query.isPending && <Skeleton className="h-48" />}
        {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
        {query.data && (
          <ul className="rounded-card border bg-surface">
            {query.data.items.map((user) => (
              <UserRow key={user.id} user={user} onPassword={setMade} />
            ))}
          </ul>
        )}
      </div>
      <NewUserDialog
        open={adding}
        onClose={() => setAdding(false)}
        onMade={(answer) => {
          setAdding(false);
          setMade(answer);
        }}
      />
      <SecretShown
        secret={made?.oneTimePassword ?? null}
        title={t('users.password', { login: made?.user.login ?? '' })}
        hint={t('users.passwordHint')}
        onClose={() => setMade(null)}
      />
    </div>
  );
}

interface UserRowProps {
  readonly user: User;
  readonly onPassword: (answer: UserWithPassword) => void;
}

function UserRow({ user, onPassword }: UserRowProps) {
  const t = useT();
  const me = useMe();
  const { change } = useChange(keys.users);
  const [roles, setRoles] = useState(false);
  const reset = async (): Promise<void> => {
    const answer = await change(() => resetPassword(user.id));
    if (answer) onPassword(answer);
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-3 last:border-0">
      <Avatar name={user.displayName} size={32} />
      <div className="min-w-0 flex-1 basis-48">
        <p className="truncate font-medium">
          {user.displayName} {user.id === me.id && <span className="font-normal text-subtle">({t('users.you')})</span>}
        </p>
        <p className="truncate text-[13px] text-subtle">
          {user.login}
          {user.disabled && ` · ${t('users.disabled')}`}
          {user.mustChangePassword && ` · ${t('users.mustChange')}`}
        </p>
      </div>
      <RoleChips bindings={user.bindings} />
      <Menu
        align="end"
        trigger={
          <IconButton label={t('users.manage', { name: user.displayName })} icon={<Ellipsis size={16} aria-hidden />} />
        }
      >
        <MenuItem icon={<ShieldCheck size={14} aria-hidden />} onSelect={() => setRoles(true)}>
          {t('users.roles')}
        </MenuItem>
        <MenuItem icon={<KeyRound size={14} aria-hidden />} onSelect={() => void reset()}>
          {t('users.reset')}
        </MenuItem>
        <MenuItem
          icon={<UserX size={14} aria-hidden />}
          danger={!user.disabled}
          disabledReason={user.id === me.id ? t('users.notYourself') : null}
          onSelect={() => void change(() => editUser(user.id, { disabled: !user.disabled }))}
        >
          {user.disabled ? t('users.enable') : t('users.disable')}
        </MenuItem>
      </Menu>
      <RolesDialog user={user} open={roles} onClose={() => setRoles(false)} />
    </li>
  );
}
