import { clsx } from 'clsx';
import { useT } from '../i18n/language.tsx';

export type Band = 'high' | 'medium' | 'low';

const FILLED: Readonly<Record<Band, number>> = { high: 3, medium: 2, low: 1 };
const INK: Readonly<Record<Band, string>> = { high: 'text-ok-text', medium: 'text-warning-text', low: 'text-muted' };

/** How sure: a word and three bars, never a percentage. */
export function Confidence({ band, long = false }: { readonly band: Band; readonly long?: boolean }) {
  const t = useT();
  return (
    <span className={clsx('inline-flex items-center gap-1.5 text-xs font-semibold whitespace-nowrap', INK[band])}>
      <span aria-hidden className="inline-flex items-end gap-[2px]">
        {[1, 2, 3].map((bar) => (
          <span
            key={bar}
            className={clsx('w-[3px] rounded-[1px] bg-current', bar > FILLED[band] && 'opacity-25')}
            style={{ height: 3 + bar * 3 }}
          />
        ))}
      </span>
      {long ? t(`confidence.${band}.long`) : t(`confidence.${band}`)}
    </span>
  );
}
