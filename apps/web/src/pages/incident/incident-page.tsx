import type { IncidentDetail } from '@headwater/contracts/http/incident.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { readDiagnosis, readIncident } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { ApiError } from '../../api/api-error.ts';
import { useT } from '../../i18n/language.tsx';
import { usePageTitle } from '../../platform/page-title.ts';
import { useKeys } from '../../platform/use-keys.ts';
import type { IncidentSearch } from '../../router.tsx';
import { Failure, Skeleton } from '../../ui/states.tsx';
import { NotFoundPage } from '../not-found-page.tsx';
import { AlertsTab } from './alerts-tab.tsx';
import { EvidenceDrawer } from './evidence-drawer.tsx';
import { evidenceNumbers } from './evidence-numbers.ts';
import { EvidenceTab } from './evidence-tab.tsx';
import { IncidentContext } from './incident-context.tsx';
import { IncidentHeader } from './incident-header.tsx';
import { Overview } from './overview.tsx';

const route = getRouteApi('/app/incidents/$id');
const TABS = [undefined, 'alerts', 'evidence'] as const;

export function IncidentPage() {
  const { id } = route.useParams();
  const query = useQuery({
    queryKey: keys.incident(id),
    queryFn: ({ signal }) => readIncident(id, signal),
    // The stream tells when it changes; this is for what a lost connection may have missed.
    refetchInterval: (held) => (held.state.data?.diagnosisState === 'running' ? 5_000 : false),
  });
  if (query.data) return <LoadedIncident incident={query.data} />;
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFoundPage />;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <PageSkeleton />;
}

/** The revision the address names, else the newest. */
function useRevision(incident: IncidentDetail, wanted: string | undefined) {
  const number = Number(wanted);
  const asked = Number.isInteger(number) && number > 0 && number !== incident.diagnosis?.revision;
  const query = useQuery({
    queryKey: keys.part(incident.id, 'diagnosis', number),
    queryFn: ({ signal }) => readDiagnosis(incident.id, number, signal),
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return asked ? (query.data ?? incident.diagnosis) : incident.diagnosis;
}

function LoadedIncident({ incident }: { readonly incident: IncidentDetail }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const revision = useRevision(incident, search.revision);
  const numbers = useMemo(() => (revision ? evidenceNumbers(revision.body) : new Map<string, number>()), [revision]);
  const open = useCallback(
    (id: string) =>
      void navigate({
        search: (held) => ({ ...held, evidence: id }),
        replace: search.evidence !== undefined,
        resetScroll: false,
        hash: true,
      }),
    [navigate, search.evidence],
  );
  const close = (): void =>
    void navigate({
      search: (held) => ({ ...held, evidence: undefined }),
      replace: true,
      resetScroll: false,
      hash: true,
    });
  const tab = (name: IncidentSearch['tab']) => () =>
    void navigate({ search: (held) => ({ ...held, tab: name }), resetScroll: false });
  useKeys({
    e: () => document.querySelector<HTMLElement>('[data-evidence]')?.focus(),
    '1': tab(undefined),
    '2': tab('alerts'),
    '3': tab('evidence'),
  });
  usePageTitle(
    `#${incident.number} ${incident.title}`,
    incident.status === 'resolved' ? 'quiet' : incident.status === 'open' ? 'firing' : 'calm',
  );
  const view = useMemo(
    () => ({ incident, revision, numbers, openEvidence: open }),
    [incident, revision, numbers, open],
  );
  const body = useAnchor();
  return (
    <IncidentContext value={view}>
      <div ref={body} className="h-full overflow-y-auto">
        <IncidentHeader />
        <Tabs current={search.tab} alerts={incident.alertCount} />
        <div className="mx-auto max-w-[1400px] px-3 py-4 lg:px-6">
          {search.tab === 'alerts' ? <AlertsTab /> : search.tab === 'evidence' ? <EvidenceTab /> : <Overview />}
        </div>
      </div>
      <EvidenceDrawer id={search.evidence} onClose={close} />
    </IncidentContext>
  );
}

/** Brings the part an address names into sight, once, when the page has it. */
function useAnchor() {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const id = location.hash.slice(1);
    if (id !== '') body.current?.querySelector(`#${CSS.escape(id)}`)?.scrollIntoView();
  }, []);
  return body;
}

interface TabsProps {
  readonly current: IncidentSearch['tab'];
  readonly alerts: number;
}

function Tabs({ current, alerts }: TabsProps) {
  const t = useT();
  const { id } = route.useParams();
  return (
    <nav aria-label={t('tabs.title')} className="sticky top-0 z-20 flex gap-1 border-b bg-surface px-2 lg:px-4">
      {TABS.map((tab) => (
        <Link
          key={tab ?? 'overview'}
          to="/incidents/$id"
          params={{ id }}
          search={(held) => ({ ...held, tab })}
          resetScroll={false}
          aria-current={current === tab ? 'page' : undefined}
          className={clsx(
            'border-b-2 px-3 py-2.5 text-[13px]',
            current === tab ? 'border-accent font-medium text-text' : 'border-transparent text-muted hover:text-text',
          )}
        >
          {t(`tabs.${tab ?? 'overview'}`)}
          {tab === 'alerts' && <span className="ml-1.5 text-xs text-subtle tabular">{alerts}</span>}
        </Link>
      ))}
    </nav>
  );
}

function PageSkeleton() {
  const t = useT();
  return (
    <div role="status" aria-label={t('common.loading')} className="flex flex-col gap-4 p-6">
      <Skeleton className="h-7 w-2/3" />
      <Skeleton className="h-5 w-1/3" />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_360px]">
        <Skeleton className="h-72" />
        <Skeleton className="h-72" />
      </div>
    </div>
  );
}
