import type { BindingInput } from '@headwater/contracts/http/auth.ts';
import type { CreatedToken } from '@headwater/contracts/http/tokens.ts';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { createToken } from '../../api/people.ts';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { BindingFields, TOKEN_ROLES } from './binding-fields.tsx';
import { useChange } from './use-change.ts';

interface NewTokenDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onMade: (answer: CreatedToken) => void;
}

const FIRST_BINDING: Required<BindingInput> = { role: 'sender', cluster: '*', namespace: '*' };

export function NewTokenDialog({ open, onClose, onMade }: NewTokenDialogProps) {
  const t = useT();
  const { busy, change } = useChange(keys.tokens);
  const [name, setName] = useState('');
  const [binding, setBinding] = useState(FIRST_BINDING);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const answer = await change(() => createToken({ name: name.trim(), bindings: [binding] }));
    if (!answer) return;
    setName('');
    onMade(answer);
  };
  return (
    <Dialog open={open} onClose={onClose} title={t('tokens.add')}>
      <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        <Field label={t('tokens.name')} hint={t('tokens.nameHint')}>
          {(ids) => (
            <TextInput
              {...ids}
              data-first
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <BindingFields binding={binding} roles={TOKEN_ROLES} onChange={setBinding} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={busy}>
            {t('tokens.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
