import { Link } from '@tanstack/react-router';
import { ArrowLeft, GitMerge } from 'lucide-react';
import type { ReactNode } from 'react';
import { span } from '../../format/time.ts';
import { useT } from '../../i18n/language.tsx';
import { useNow } from '../../platform/clock.ts';
import { Person } from '../../ui/person.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { StatusPill } from '../../ui/status.tsx';
import { SubjectName } from '../../ui/subject.tsx';
import { Time } from '../../ui/time.tsx';
import { Actions } from './actions.tsx';
import { useIncidentView } from './incident-context.tsx';

/** What is broken, since when, how bad, who has it, and what one may do. */
export function IncidentHeader() {
  const t = useT();
  const { incident } = useIncidentView();
  return (
    <header className="border-b bg-surface px-4 pt-3 pb-3 lg:px-6">
      <Link to="/incidents" className="inline-flex items-center gap-1 text-[13px] text-muted hover:text-text">
        <ArrowLeft size={14} aria-hidden />
        {t('nav.incidents')}
      </Link>
      <div className="mt-1.5 flex flex-wrap items-start gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-96">
          <h1 tabIndex={-1} className="text-xl leading-snug font-semibold tracking-tight foreign">
            {incident.title} <span className="text-base font-normal text-subtle tabular">#{incident.number}</span>
          </h1>
          <div className="mt-2 flex flex-wrap items-center gap-2" role="group" aria-label={t('incident.state')}>
            <SeverityBadge severity={incident.severity} />
            <StatusPill status={incident.status} snoozed={incident.snoozedUntil !== null} />
            {incident.reopened > 0 && (
              <span className="text-xs text-muted">{t.count('incident.reopened', incident.reopened)}</span>
            )}
            {incident.muted && <span className="text-xs text-muted">{t('incidents.muted')}</span>}
          </div>
        </div>
        <Actions />
      </div>
      <Facts />
      <Notes />
    </header>
  );
}

function Facts() {
  const t = useT();
  const now = useNow();
  const { incident } = useIncidentView();
  const started = Date.parse(incident.startedAt);
  const ended = incident.resolvedAt ? Date.parse(incident.resolvedAt) : now;
  return (
    <dl className="mt-3 grid grid-cols-2 gap-x-5 gap-y-2 text-[13px] sm:flex sm:flex-wrap sm:gap-x-7">
      <Fact label={t('incident.where')}>
        {incident.cluster}
        {incident.namespaces.length > 0 && ` / ${incident.namespaces.join(', ')}`}
      </Fact>
      {incident.subject && (
        <Fact label={t('incident.subject')}>
          <SubjectName subject={incident.subject} />
        </Fact>
      )}
      <Fact label={t('incident.since')}>
        <Time at={incident.startedAt} as="clock" className="tabular" />{' '}
        <span className="text-subtle">({t('incident.lasts', { span: span(ended - started, t.language) })})</span>
      </Fact>
      <Fact label={t('incident.alerts')}>
        {t('incident.alertCounts', { firing: incident.firingCount, total: incident.alertCount })}
      </Fact>
      <Fact label={t('incident.assignee')}>
        {incident.assignee ? (
          <Person name={incident.assignee} />
        ) : (
          <span className="text-subtle">{t('incidents.unassigned')}</span>
        )}
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-subtle">{label}</dt>
      <dd className="foreign">{children}</dd>
    </div>
  );
}

/** What else one has to know before reading on: snoozed, quiet, merged, resolved and why. */
function Notes() {
  const t = useT();
  const { incident } = useIncidentView();
  return (
    <div className="flex flex-col gap-1 text-[13px] text-muted not-empty:mt-3">
      {incident.mergedInto && (
        <p className="flex items-center gap-1.5">
          <GitMerge size={14} aria-hidden />
          {t('incident.mergedInto')}{' '}
          <Link
            to="/incidents/$id"
            params={{ id: incident.mergedInto.id }}
            className="text-accent-text hover:underline"
          >
            {incident.mergedInto.title} #{incident.mergedInto.number}
          </Link>
        </p>
      )}
      {incident.snoozedUntil && incident.status !== 'resolved' && (
        <p>
          {t('incident.snoozedUntil')} <Time at={incident.snoozedUntil} as="clock" />
        </p>
      )}
      {incident.status === 'resolved' && incident.resolvedAt && (
        <p className="foreign">
          {t('incident.resolvedBy', { who: incident.resolvedBy ?? '' })} <Time at={incident.resolvedAt} />
          {incident.resolveReason && `: ${incident.resolveReason}`}
        </p>
      )}
      {incident.quietSince && incident.status !== 'resolved' && (
        <p>
          {t('incident.quiet')} <Time at={incident.quietSince} />
        </p>
      )}
    </div>
  );
}
