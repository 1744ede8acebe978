import { Link } from '@tanstack/react-router';
import { MapPinOff } from 'lucide-react';
import { useT } from '../i18n/language.tsx';
import { usePageTitle } from '../platform/page-title.ts';
import { buttonClass } from '../ui/button.tsx';
import { State } from '../ui/states.tsx';

export function NotFoundPage() {
  const t = useT();
  usePageTitle(t('notFound.title'));
  return (
    <div className="grid h-full place-items-center">
      <State whole icon={MapPinOff} title={t('notFound.title')}>
        <p>{t('notFound.hint')}</p>
        <Link to="/incidents" className={buttonClass('primary')}>
          {t('notFound.back')}
        </Link>
      </State>
    </div>
  );
}
