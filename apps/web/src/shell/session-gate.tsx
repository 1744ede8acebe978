import { useQueryClient } from '@tanstack/react-query';
import { LoaderCircle, Unplug } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { renewSession, startSession, useSession } from '../api/session.ts';
import { useT } from '../i18n/language.tsx';
import { PasswordPage } from '../pages/sign-in/password-page.tsx';
import { SignInPage } from '../pages/sign-in/sign-in-page.tsx';
import { Button } from '../ui/button.tsx';
import { State } from '../ui/states.tsx';

/** Lets the pages be seen by who is signed in; everybody else meets the sign-in at the same address. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const session = useSession();
  const client = useQueryClient();
  const t = useT();
  useEffect(() => void startSession(), []);
  useEffect(() => {
    if (session.state === 'signed-out') client.clear();
  }, [client, session.state]);
  switch (session.state) {
    case 'starting':
      return (
        <main className="grid h-full place-items-center" aria-busy>
          <LoaderCircle
            aria-label={t('common.loading')}
            className="animate-spin text-subtle motion-reduce:animate-none"
          />
        </main>
      );
    case 'unreachable':
      return (
        <main className="grid h-full place-items-center">
          <State whole icon={Unplug} tone="bad" title={t('error.unreachable')}>
            <p>{t('error.unreachableHint')}</p>
            <Button look="primary" onClick={() => void renewSession()}>
              {t('common.retry')}
            </Button>
          </State>
        </main>
      );
    case 'signed-out':
      return <SignInPage expired={session.expired} />;
    case 'signed-in':
      return session.user.mustChangePassword ? <PasswordPage /> : children;
  }
}
