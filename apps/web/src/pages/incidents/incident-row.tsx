import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { BellOff, RotateCcw, UserRound } from 'lucide-react';
import { memo } from 'react';
import { useT } from '../../i18n/language.tsx';
import { Tick } from '../../ui/field.tsx';
import { Avatar } from '../../ui/person.tsx';
import { SeverityBadge, severityBar } from '../../ui/severity.tsx';
import { StatusPill } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { CauseLine } from './cause-line.tsx';

export const COLUMNS =
  'lg:grid lg:grid-cols-[28px_92px_minmax(0,1fr)_minmax(0,160px)_118px_40px_24px_40px] lg:items-center 2xl:grid-cols-[28px_92px_minmax(0,1fr)_minmax(0,240px)_122px_48px_130px_52px] lg:gap-x-3';

interface IncidentRowProps {
  readonly incident: IncidentItem;
  readonly selected: boolean;
  readonly fresh: boolean;
  readonly onSelect: (id: string, range: boolean) => void;
}

function placeOf(incident: IncidentItem): string {
  return [incident.cluster, incident.namespaces.join(', ')].filter((part) => part !== '').join(' / ');
}

function subjectOf(incident: IncidentItem): string {
  return incident.subject ? `${incident.subject.kind} ${incident.subject.name}` : '';
}

/** One incident: two lines that answer what, why, where, who and since when. */
export const IncidentRow = memo(function IncidentRow({ incident, selected, fresh, onSelect }: IncidentRowProps) {
  const t = useT();
  return (
    <div
      className={clsx(
        'group/row relative flex h-full flex-col justify-center gap-1 border-b bg-surface pr-4 pl-4 hover:bg-sunken/70 focus-within:bg-sunken/70',
        COLUMNS,
        selected && 'bg-accent-tint!',
        fresh && 'fresh',
      )}
    >
      <span aria-hidden className={clsx('absolute inset-y-0 left-0 w-[3px]', severityBar(incident.severity))} />
      <span className="absolute top-2.5 right-3 z-10 grid size-6 place-items-center lg:static">
        <Tick
          aria-label={t('incidents.select', { title: incident.title })}
          checked={selected}
          tabIndex={-1}
          onChange={() => {}}
          onClick={(event) => onSelect(incident.id, event.shiftKey)}
        />
      </span>
      <span className="flex items-center gap-2">
        <SeverityBadge severity={incident.severity} />
        <span className="lg:hidden">
          <StatusPill status={incident.status} snoozed={incident.snoozedUntil !== null} />
        </span>
      </span>
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="flex min-w-0 items-baseline gap-2">
          <Link
            to="/incidents/$id"
            params={{ id: incident.id }}
            data-row={incident.id}
            className="truncate font-semibold outline-offset-4 after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
          >
            {incident.title}
          </Link>
          <span className="shrink-0 text-xs text-subtle tabular">#{incident.number}</span>
          {incident.reopened > 0 && (
            <RotateCcw
              size={12}
              role="img"
              aria-label={t('incidents.reopened')}
              className="shrink-0 self-center text-subtle"
            />
          )}
          {incident.muted && (
            <BellOff
              size={12}
              role="img"
              aria-label={t('incidents.muted')}
              className="shrink-0 self-center text-subtle"
            />
          )}
        </span>
        <span className="text-[13px]">
          <CauseLine incident={incident} />
        </span>
      </span>
      <WideFacts incident={incident} />
      <NarrowFacts incident={incident} />
    </div>
  );
});

function WideFacts({ incident }: { readonly incident: IncidentItem }) {
  const t = useT();
  const who = incident.assignee ?? t('incidents.unassigned');
  return (
    <>
      <span className="hidden min-w-0 flex-col text-[13px] lg:flex">
        <span className="truncate">{subjectOf(incident)}</span>
        <span className="truncate text-xs text-subtle">{placeOf(incident)}</span>
      </span>
      <span className="hidden lg:block">
        <StatusPill status={incident.status} snoozed={incident.snoozedUntil !== null} />
      </span>
      <span
        className="hidden text-right text-[13px] tabular lg:block"
        title={t('incidents.firing', { firing: incident.firingCount })}
      >
        {incident.alertCount}
      </span>
      <span className="hidden min-w-0 items-center gap-1.5 text-[13px] text-muted lg:flex" title={who}>
        {incident.assignee ? (
          <Avatar name={incident.assignee} />
        ) : (
          <UserRound size={14} aria-hidden className="ml-1 text-subtle 2xl:hidden" />
        )}
        <span className="sr-only truncate 2xl:not-sr-only">{who}</span>
      </span>
      <span className="hidden text-right text-[13px] lg:block">
        <Time at={incident.startedAt} as="age" className="tabular" />
      </span>
    </>
  );
}

function NarrowFacts({ incident }: { readonly incident: IncidentItem }) {
  const t = useT();
  return (
    <span className="flex min-w-0 items-center gap-2 text-xs text-subtle lg:hidden">
      <span className="truncate">{placeOf(incident)}</span>
      <span className="shrink-0">{t.count('incidents.alerts', incident.alertCount)}</span>
      <span className="ml-auto shrink-0">
        <Time at={incident.startedAt} as="ago" />
      </span>
    </span>
  );
}
