import { useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { signOut } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Entrance } from './entrance.tsx';
import { PasswordForm } from './password-form.tsx';

/** The first sign-in with a one-time password: nothing else is possible until it is changed. */
export function PasswordPage() {
  const t = useT();
  usePageTitle(t('password.title'));
  return (
    <Entrance title={t('password.title')} intro={t('password.first')}>
      <PasswordForm />
      <div className="mt-3 text-center">
        <Button look="quiet" onClick={() => void signOut()}>
          {t('shell.signOut')}
        </Button>
      </div>
    </Entrance>
  );
}
