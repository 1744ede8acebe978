import { severityRank } from '@headwater/core/alert/severity.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { allows, scopeOf } from '@headwater/core/access/permissions.ts';
import type { Place } from '@headwater/core/access/scope.ts';
import { AppError } from '@headwater/core/errors.ts';
import { type Availability, type IncidentAction, incidentAvailability } from '@headwater/core/incident/status.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type {
  FacetRow,
  IncidentFilter,
  IncidentFullView,
  IncidentPage,
  IncidentPosition,
  IncidentReference,
  IncidentView,
} from '../ports/store/incident-queries.ts';
import { similarTo, type SimilarIncident } from '../recall/similar.ts';
import { type PageOf, pageOf } from './page.ts';
import { type DiagnosisView, readableDiagnosis } from './readable-diagnosis.ts';
import { causeIsVisible, withholdCause } from './withhold.ts';

/** Incidents the actor may see, narrowed, sorted and paged by the store. */
export async function listIncidents(
  ctx: VerbContext,
  filter: Omit<IncidentFilter, 'scope'>,
  page: IncidentPage,
): Promise<PageOf<IncidentView, IncidentPosition>> {
  const scope = scopeOf(ctx.actor, 'incidents.read');
  const rows = await ctx.store.incidentQueries.list({ ...filter, scope }, { ...page, limit: page.limit + 1 });
  return pageOf(
    rows.map((row) => withholdCause(scope, row)),
    page.limit,
    (row) => positionOf(row, page),
  );
}

function positionOf({ id, startedAt, updatedAt, severity }: IncidentView, { sort }: IncidentPage): IncidentPosition {
  const key = { startedAt, updatedAt, severity: severityRank(severity) }[sort];
  return { key, startedAt, id };
}

/** Values that occur in the incidents the actor may see, for filters. */
export function incidentFacets(ctx: VerbContext, since: Millis): Promise<readonly FacetRow[]> {
  return ctx.store.incidentQueries.facets(scopeOf(ctx.actor, 'incidents.read'), since);
}

/** One incident by id or number; `not_found` also for one the actor may not see. */
export async function findIncident(ctx: VerbContext, idOrNumber: string): Promise<IncidentFullView> {
  const label = `incident ${idOrNumber}`;
  const incident = await ctx.store.incidentQueries.find(idOrNumber);
  if (!incident) throw new AppError('not_found', `no ${label}`);
  const { cluster, namespaces } = incident;
  authorize(ctx.actor, 'incidents.read', { label, cluster, namespaces });
  const scope = scopeOf(ctx.actor, 'incidents.read');
  if (causeIsVisible(scope, incident)) return incident;
  return { ...withholdCause(scope, incident), analysisSummary: null, analysisDetail: null };
}

export interface IncidentDetailView {
  readonly incident: IncidentFullView;
  readonly diagnosis: DiagnosisView | null;
  readonly actions: Readonly<Record<IncidentAction, Availability>>;
  readonly similar: readonly SimilarIncident[];
  readonly mergedInto: IncidentReference | null;
  readonly mergedFrom: readonly IncidentReference[];
}

/** Everything the page of one incident opens with. */
export async function incidentDetail(ctx: VerbContext, idOrNumber: string): Promise<IncidentDetailView> {
  const incident = await findIncident(ctx, idOrNumber);
  const { store } = ctx;
  const [diagnosis, similar, into, mergedFrom] = await Promise.all([
    store.diagnoses.newest(incident.id),
    similarTo(ctx, incident),
    incident.mergedInto === null ? [] : store.incidentQueries.references([incident.mergedInto]),
    store.incidentQueries.mergedFrom(incident.id),
  ]);
  // A title tells of namespaces, so another incident is named only to who may see it too.
  const isVisible = (place: Place): boolean => allows(ctx.actor, 'incidents.read', place).allowed;
  return {
    incident,
    diagnosis: diagnosis && readableDiagnosis(ctx, incident.cluster, diagnosis),
    actions: actionsOf(ctx, incident),
    similar,
    mergedInto: into.filter(isVisible)[0] ?? null,
    mergedFrom: mergedFrom.filter(isVisible),
  };
}

function actionsOf(ctx: VerbContext, incident: IncidentFullView): IncidentDetailView['actions'] {
  return incidentAvailability(incident, allows(ctx.actor, 'incidents.write', incident));
}
