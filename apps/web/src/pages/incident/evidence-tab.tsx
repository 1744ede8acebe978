import { useInfiniteQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { FileSearch, LockKeyhole } from 'lucide-react';
import { useState } from 'react';
import { readEvidence } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { useT } from '../../i18n/language.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Failure, Skeleton, State } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { EvidenceIcon, evidenceKind } from './evidence-kind.tsx';
import { EvidenceText } from './evidence-text.tsx';
import { useIncidentView } from './incident-context.tsx';

const KINDS = [
  'change',
  'event',
  'log',
  'metric',
  'trace',
  'field',
  'absence',
  'selection',
  'alert',
  'object',
  'log-excerpt',
  'series',
] as const;
type Kind = (typeof KINDS)[number];

/** Everything that was collected, cited or not. */
export function EvidenceTab() {
  const t = useT();
  const { incident, numbers, openEvidence } = useIncidentView();
  const [kind, setKind] = useState<Kind | null>(null);
  const query = useInfiniteQuery({
    queryKey: keys.part(incident.id, 'evidence', kind ?? ''),
    queryFn: ({ pageParam, signal }) =>
      readEvidence(incident.id, { limit: 100, kind: kind ?? undefined, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="flex flex-col gap-3">
      <div role="group" aria-label={t('evidence.filter')} className="flex flex-wrap gap-1.5">
        {[null, ...KINDS].map((one) => (
          <button
            key={one ?? 'all'}
            type="button"
            aria-pressed={kind === one}
            onClick={() => setKind(one)}
            className={clsx(
              buttonClass('plain', 'small'),
              kind === one && 'border-accent! bg-accent-tint! text-accent-text',
            )}
          >
            {one && <EvidenceIcon kind={one} size={12} />}
            {one ? evidenceKind(t, one) : t('evidence.all')}
          </button>
        ))}
      </div>
      {query.isPending && <Skeleton className="h-48" />}
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && items.length === 0 && <State icon={FileSearch} title={t('evidence.none')} />}
      {items.length > 0 && (
        <ul className="rounded-card border bg-surface">
          {items.map((item) => (
            <li key={item.id} className="border-b last:border-0">
              <button
                type="button"
                onClick={() => openEvidence(item.id)}
                className="flex w-full items-start gap-3 px-4 py-2.5 text-left hover:bg-sunken focus-visible:-outline-offset-2"
              >
                <span className="inline-flex w-10 shrink-0 items-center gap-1.5 pt-0.5 text-xs text-accent-text tabular">
                  <EvidenceIcon kind={item.kind} />
                  {numbers.get(item.id)}
                </span>
                <span className="min-w-0 flex-1">
                  {item.withheld ? (
                    <span className="flex items-center gap-1.5 text-[13px] text-subtle">
                      <LockKeyhole size={13} aria-hidden /> {t('evidence.withheld')}
                    </span>
                  ) : (
                    <EvidenceText kind={item.kind} text={item.text} />
                  )}
                  <span className="mt-0.5 flex flex-wrap gap-x-2 text-xs text-subtle">
                    <span>{evidenceKind(t, item.kind)}</span>
                    <span>{item.source}</span>
                    <Time at={item.observedAt ?? item.collectedAt} as="clock" className="tabular" />
                    {item.cited && <span className="font-medium text-accent-text">{t('evidence.cited')}</span>}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <div>
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('common.more')}
          </Button>
        </div>
      )}
    </div>
  );
}
