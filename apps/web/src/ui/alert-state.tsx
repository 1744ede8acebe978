import { clsx } from 'clsx';
import { BellRing, CheckCircle2 } from 'lucide-react';
import { useT } from '../i18n/language.tsx';

/** Whether an alert fires now: a glyph and a word. */
export function AlertState({ status }: { readonly status: 'firing' | 'resolved' }) {
  const t = useT();
  const firing = status === 'firing';
  const Icon = firing ? BellRing : CheckCircle2;
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 text-xs font-medium',
        firing ? 'text-critical-text' : 'text-ok-text',
      )}
    >
      <Icon size={13} aria-hidden />
      {t(`alerts.${status}`)}
    </span>
  );
}
