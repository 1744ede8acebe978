import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { changePassword } from '../../api/session.ts';
import { useT } from '../../i18n/language.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';

const SHORTEST = 12;

export function PasswordForm() {
  const t = useT();
  const [current, setCurrent] = useState('');
  const [wanted, setWanted] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const short = wanted !== '' && wanted.length < SHORTEST;
  const differs = again !== '' && again !== wanted;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || short || again !== wanted) return;
    setBusy(true);
    setRefused(null);
    try {
      await changePassword(current, wanted);
      setCurrent('');
      setWanted('');
      setAgain('');
      toast('done', t('password.changed'));
    } catch (error) {
      setRefused(error instanceof ApiError ? error.detail || error.title : t('error.unexpected'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
      {refused && (
        <p role="alert" className="rounded-control bg-critical-tint px-3 py-2 text-[13px] text-critical-text">
          {refused}
        </p>
      )}
      <Secret label={t('password.current')} name="current-password" value={current} onChange={setCurrent} focus />
      <Secret
        label={t('password.new')}
        name="new-password"
        value={wanted}
        onChange={setWanted}
        hint={t('password.rule', { length: SHORTEST })}
        error={short ? t('password.short', { length: SHORTEST }) : undefined}
      />
      <Secret
        label={t('password.again')}
        name="new-password"
        value={again}
        onChange={setAgain}
        error={differs ? t('password.differs') : undefined}
      />
      <Button type="submit" look="primary" size="large" busy={busy} className="justify-center">
        {t('password.submit')}
      </Button>
    </form>
  );
}

interface SecretProps {
  readonly label: string;
  readonly name: 'current-password' | 'new-password';
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly focus?: boolean;
}

function Secret({ label, name, value, onChange, hint, error, focus = false }: SecretProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <TextInput
          {...ids}
          required
          type="password"
          autoComplete={name}
          autoFocus={focus}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
