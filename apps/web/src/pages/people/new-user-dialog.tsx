import type { BindingInput } from '@headwater/contracts/http/auth.ts';
import type { UserWithPassword } from '@headwater/contracts/http/users.ts';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { createUser } from '../../api/people.ts';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { BindingFields, USER_ROLES } from './binding-fields.tsx';
import { useChange } from './use-change.ts';

interface NewUserDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onMade: (answer: UserWithPassword) => void;
}

const FIRST_BINDING: Required<BindingInput> = { role: 'responder', cluster: '*', namespace: '*' };

export function NewUserDialog({ open, onClose, onMade }: NewUserDialogProps) {
  const t = useT();
  const { busy, change } = useChange(keys.users);
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [binding, setBinding] = useState(FIRST_BINDING);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const displayName = name.trim() === '' ? {} : { displayName: name.trim() };
    const answer = await change(() => createUser({ login: login.trim(), ...displayName, bindings: [binding] }));
    if (!answer) return;
    setLogin('');
    setName('');
    onMade(answer);
  };
  return (
    <Dialog open={open} onClose={onClose} title={t('users.add')}>
      <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        <Field label={t('signIn.login')} hint={t('users.loginHint')}>
          {(ids) => (
            <TextInput
              {...ids}
              data-first
              required
              minLength={3}
              maxLength={64}
              autoComplete="off"
              value={login}
              onChange={(event) => setLogin(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('profile.name')} hint={t('common.optional')}>
          {(ids) => (
            <TextInput {...ids} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <BindingFields binding={binding} roles={USER_ROLES} onChange={setBinding} />
        <p className="text-[13px] text-subtle">{t('users.passwordMade')}</p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {t('users.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
