import { clsx } from 'clsx';
import { RotateCw, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../api/api-error.ts';
import { useT } from '../i18n/language.tsx';
import { Button } from './button.tsx';

interface StateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly tone?: 'calm' | 'good' | 'bad';
  /** True where it is all the page has to say. */
  readonly whole?: boolean;
}

const TONES = {
  calm: 'bg-unknown-tint text-unknown-text',
  good: 'bg-ok-tint text-ok-text',
  bad: 'bg-critical-tint text-critical-text',
} as const;

/** What stands where content would: nothing yet, nothing matching, all clear, or a failure. */
export function State({ icon: Icon, title, children, tone = 'calm', whole = false }: StateProps) {
  const Heading = whole ? 'h1' : 'h2';
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-16 text-center">
      <span className={clsx('grid size-12 place-items-center rounded-full', TONES[tone])}>
        <Icon size={22} aria-hidden />
      </span>
      <Heading tabIndex={-1} className="text-base font-semibold">
        {title}
      </Heading>
      {children && <div className="flex flex-col items-center gap-4 text-muted">{children}</div>}
    </div>
  );
}

/** A failed panel: what went wrong, the request it can be found by, and a way to try again. */
export function Failure({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const t = useT();
  const known = error instanceof ApiError ? error : null;
  return (
    <div role="alert" className="m-4 flex flex-col gap-2 rounded-card border border-critical/40 bg-critical-tint p-4">
      <p className="font-medium text-critical-text">{known?.title ?? t('error.unexpected')}</p>
      {known?.detail && <p className="text-[13px] text-text foreign">{known.detail}</p>}
      {known?.requestId && (
        <p className="text-xs text-muted">
          {t('error.request')} <code className="select-all">{known.requestId}</code>
        </p>
      )}
      {onRetry && (
        <div className="mt-1">
          <Button size="small" icon={<RotateCw size={13} aria-hidden />} onClick={onRetry}>
            {t('common.retry')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Rows that are on their way, shaped like the rows they will be. */
export function RowsSkeleton({ height }: { readonly height: number }) {
  const t = useT();
  return (
    <div role="status" aria-label={t('common.loading')} className="min-h-0 flex-1 overflow-hidden border-t bg-surface">
      {Array.from({ length: 12 }, (_, row) => (
        <div key={row} className="flex items-center gap-4 border-b px-4" style={{ height }}>
          <Skeleton className="h-5 w-20" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className={row % 2 === 0 ? 'h-3.5 w-2/5' : 'h-3.5 w-1/3'} />
            <Skeleton className={row % 3 === 0 ? 'h-3 w-3/5' : 'h-3 w-1/2'} />
          </div>
          <Skeleton className="hidden h-5 w-24 lg:block" />
        </div>
      ))}
    </div>
  );
}

export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={clsx('rounded-control shimmer', className)} />;
}
