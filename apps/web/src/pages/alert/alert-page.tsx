import type { AlertDetail } from '@headwater/contracts/http/alert.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { readAlert } from '../../api/alerts.ts';
import { keys } from '../../api/keys.ts';
import { ApiError } from '../../api/api-error.ts';
import { span } from '../../format/time.ts';
import { useT } from '../../i18n/language.tsx';
import { useNow } from '../../platform/clock.ts';
import { usePageTitle } from '../../platform/page-title.ts';
import { AlertState } from '../../ui/alert-state.tsx';
import { Section } from '../../ui/card.tsx';
import { SeverityBadge } from '../../ui/severity.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { SubjectName } from '../../ui/subject.tsx';
import { Time } from '../../ui/time.tsx';
import { NotFoundPage } from '../not-found-page.tsx';

const route = getRouteApi('/app/alerts/$id');

export function AlertPage() {
  const { id } = route.useParams();
  const query = useQuery({ queryKey: keys.alert(id), queryFn: ({ signal }) => readAlert(id, signal) });
  if (query.data) return <LoadedAlert alert={query.data} />;
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFoundPage />;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Skeleton className="m-6 h-64" />;
}

function LoadedAlert({ alert }: { readonly alert: AlertDetail }) {
  const t = useT();
  usePageTitle(alert.name, alert.status === 'firing' ? 'firing' : 'quiet');
  return (
    <div className="h-full overflow-y-auto">
      <header className="border-b bg-surface px-4 py-3 lg:px-6">
        <Link to="/alerts" className="inline-flex items-center gap-1 text-[13px] text-muted hover:text-text">
          <ArrowLeft size={14} aria-hidden />
          {t('nav.alerts')}
        </Link>
        <h1 tabIndex={-1} className="mt-1.5 text-xl font-semibold tracking-tight foreign">
          {alert.name}
        </h1>
        <div className="mt-2 flex flex-wrap items-center gap-3 text-[13px]">
          <SeverityBadge severity={alert.severity} />
          <AlertState status={alert.status} />
          <span className="text-muted">{[alert.cluster, alert.namespace].filter(Boolean).join(' / ')}</span>
          {alert.flapping && <span className="font-medium text-warning-text">{t('alerts.flapping')}</span>}
          {alert.incident && (
            <Link
              to="/incidents/$id"
              params={{ id: alert.incident.id }}
              className="text-accent-text hover:underline foreign"
            >
              #{alert.incident.number} {alert.incident.title}
            </Link>
          )}
        </div>
      </header>
      <div className="mx-auto grid max-w-[1200px] items-start gap-4 px-3 py-4 lg:grid-cols-2 lg:px-6">
        <Section id="subject" title={t('alert.subject')}>
          <div className="px-4 py-3 text-[13px]">
            <p>{alert.subject ? <SubjectName subject={alert.subject} /> : t(`alert.${alert.subjectState}`)}</p>
            {alert.subjectReason && <p className="mt-1 text-subtle foreign">{alert.subjectReason}</p>}
          </div>
        </Section>
        <Episodes alert={alert} />
        <Texts id="labels" title={t('alert.labels')} texts={alert.labels} />
        <Texts id="annotations" title={t('alert.annotations')} texts={alert.annotations} />
      </div>
    </div>
  );
}

function Episodes({ alert }: { readonly alert: AlertDetail }) {
  const t = useT();
  const now = useNow();
  return (
    <Section id="episodes" title={t('alert.episodes')} count={alert.episodeCount}>
      <ul>
        {alert.episodes.map((episode) => (
          <li key={episode.id} className="border-b px-4 py-2 text-[13px] last:border-0">
            <p className="flex items-center gap-3">
              <AlertState status={episode.status} />
              <Time at={episode.startsAt} as="clock" className="tabular" />
              <span className="ml-auto text-subtle tabular">
                {span((episode.endsAt ? Date.parse(episode.endsAt) : now) - Date.parse(episode.startsAt), t.language)}
              </span>
            </p>
            {episode.joinReason && <p className="text-subtle foreign">{episode.joinReason}</p>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface TextsProps {
  readonly id: string;
  readonly title: string;
  readonly texts: Readonly<Record<string, string>>;
}

function Texts({ id, title, texts }: TextsProps) {
  const entries = Object.entries(texts);
  return (
    <Section id={id} title={title} count={entries.length}>
      <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5 px-4 py-3 text-[13px]">
        {entries.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="font-mono text-xs leading-5 text-subtle foreign">{name}</dt>
            <dd className="whitespace-pre-wrap foreign">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
