import { clsx } from 'clsx';
import { Link2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '../i18n/language.tsx';
import { copyText } from '../platform/copy.ts';
import { toast } from './toast.tsx';

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly count?: number | undefined;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled card whose address can be copied, so that a colleague lands on this very part. */
export function Section({ id, title, count, aside, children, className }: SectionProps) {
  const t = useT();
  const copyLink = async (): Promise<void> => {
    const link = new URL(location.href);
    link.hash = id;
    history.replaceState(history.state, '', link);
    if (await copyText(link.href)) toast('done', t('common.linkCopied'));
  };
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className={clsx('group/section scroll-mt-20 rounded-card border bg-surface', className)}
    >
      <header className="flex min-h-11 items-center gap-2 border-b px-4 py-2">
        <h2 id={`${id}-title`} className="text-[13px] font-semibold text-text">
          {title}
        </h2>
        {count !== undefined && (
          <span className="rounded-full bg-sunken px-1.5 text-xs text-muted tabular">{count}</span>
        )}
        <button
          type="button"
          aria-label={t('common.copyLinkTo', { section: title })}
          onClick={() => void copyLink()}
          className="grid size-6 place-items-center rounded-control text-subtle opacity-0 group-hover/section:opacity-100 hover:text-text focus-visible:opacity-100"
        >
          <Link2 size={14} aria-hidden />
        </button>
        {aside && <div className="ml-auto flex items-center gap-2">{aside}</div>}
      </header>
      {children}
    </section>
  );
}
