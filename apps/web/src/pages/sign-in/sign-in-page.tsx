import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { signIn } from '../../api/session.ts';
import { useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { Entrance } from './entrance.tsx';

/** Why a sign-in failed, in words that say what to do next. */
function useRefusal(): (error: unknown) => string {
  const t = useT();
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.unexpected');
    if (error.status === 0) return t('error.unreachableHint');
    if (error.retryAfterSeconds !== null) return t.count('signIn.locked', error.retryAfterSeconds);
    if (error.status === 401) return t('signIn.wrong');
    return error.detail || error.title;
  };
}

export function SignInPage({ expired }: { readonly expired: boolean }) {
  const t = useT();
  const refusal = useRefusal();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  usePageTitle(t('signIn.title'));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setRefused(null);
    try {
      await signIn(login, password);
    } catch (error) {
      setRefused(refusal(error));
      setPassword('');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Entrance title={t('signIn.title')}>
      <form className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        {expired && !refused && (
          <p role="status" className="rounded-control bg-info-tint px-3 py-2 text-[13px] text-info-text">
            {t('signIn.expired')}
          </p>
        )}
        {refused && (
          <p role="alert" className="rounded-control bg-critical-tint px-3 py-2 text-[13px] text-critical-text">
            {refused}
          </p>
        )}
        <Field label={t('signIn.login')}>
          {(ids) => (
            <TextInput
              {...ids}
              autoFocus
              required
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              value={login}
              onChange={(event) => setLogin(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('signIn.password')}>
          {(ids) => (
            <TextInput
              {...ids}
              required
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="primary" size="large" busy={busy} className="mt-1 justify-center">
          {busy ? t('signIn.busy') : t('signIn.submit')}
        </Button>
        <p className="text-xs text-subtle">{t('signIn.firstTime')}</p>
      </form>
    </Entrance>
  );
}
