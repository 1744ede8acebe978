import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { scopeOf } from '@headwater/core/access/permissions.ts';
import { covers } from '@headwater/core/access/scope.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { AlertPosition, AlertView } from '../ports/store/alert-queries.ts';
import type { DiagnosisHead } from '../ports/store/diagnoses.ts';
import type { StoredEvent } from '../ports/store/events.ts';
import type { EvidencePage, EvidenceRow } from '../ports/store/evidence.ts';
import type { IncidentFullView, TimelinePage } from '../ports/store/incident-queries.ts';
import { findIncident } from './incidents.ts';
import { type PageOf, pageOf } from './page.ts';
import { type DiagnosisView, readableDiagnosis } from './readable-diagnosis.ts';
import { causeIsVisible, namespaceIsVisible, WITHHELD, withholdEvent } from './withhold.ts';

/** Evidence as the actor may read it. */
export interface EvidenceView extends EvidenceRow {
  readonly withheld: boolean;
  /** The latest diagnosis rests on it. */
  readonly cited: boolean;
}

/** The latest diagnosis of an incident, or one revision of it; `not_found` when there is none. */
export async function incidentDiagnosis(
  ctx: VerbContext,
  idOrNumber: string,
  revision?: number,
): Promise<DiagnosisView> {
  const incident = await findIncident(ctx, idOrNumber);
  const { diagnoses } = ctx.store;
  const row = await (revision === undefined ? diagnoses.newest(incident.id) : diagnoses.at(incident.id, revision));
  if (row) return readableDiagnosis(ctx, incident.cluster, row);
  throw new AppError(
    'not_found',
    `incident ${idOrNumber} has no diagnosis${revision === undefined ? ' yet' : ` ${revision}`}`,
  );
}

/** Every diagnosis of an incident without its body, the newest first. */
export async function incidentDiagnoses(ctx: VerbContext, idOrNumber: string): Promise<readonly DiagnosisHead[]> {
  const incident = await findIncident(ctx, idOrNumber);
  const heads = await ctx.store.diagnoses.list(incident.id);
  if (causeIsVisible(scopeOf(ctx.actor, 'incidents.read'), incident)) return heads;
  return heads.map((head) => ({ ...head, summary: WITHHELD }));
}

/** What was collected for an incident; of other namespaces than the actor's only that it exists. */
export async function incidentEvidence(
  ctx: VerbContext,
  idOrNumber: string,
  page: Omit<EvidencePage, 'incidentId'>,
): Promise<PageOf<EvidenceView, NonNullable<EvidencePage['after']>>> {
  const incident = await findIncident(ctx, idOrNumber);
  const rows = await ctx.store.evidence.list({ ...page, incidentId: incident.id, limit: page.limit + 1 });
  const cited = await citedBy(ctx, incident);
  return pageOf(
    rows.map((row) => readableEvidence(ctx, incident, row, cited)),
    page.limit,
    ({ observedAt, id }) => ({ observedAt, id }),
  );
}

/** One piece of evidence whole; `not_found` when the actor may not read its namespace, as if it were not there. */
export async function evidenceDetail(ctx: VerbContext, idOrNumber: string, evidenceId: string): Promise<EvidenceView> {
  const incident = await findIncident(ctx, idOrNumber);
  const row = await ctx.store.evidence.get(incident.id, evidenceId);
  if (!row) throw new AppError('not_found', `incident ${idOrNumber} has no evidence ${evidenceId}`);
  return readableEvidence(ctx, incident, row, await citedBy(ctx, incident));
}

async function citedBy(ctx: VerbContext, incident: IncidentFullView): Promise<Diagnosis['evidence']> {
  return (await ctx.store.diagnoses.newest(incident.id))?.body.evidence ?? {};
}

function readableEvidence(
  ctx: VerbContext,
  { cluster }: IncidentFullView,
  row: EvidenceRow,
  cited: Diagnosis['evidence'],
): EvidenceView {
  const marks = { cited: Object.hasOwn(cited, row.id) };
  const scope = scopeOf(ctx.actor, 'incidents.read');
  const namespaces = [row.namespace, row.subject?.namespace];
  if (namespaces.every((namespace) => namespaceIsVisible(scope, cluster, namespace)))
    return { ...row, ...marks, withheld: false };
  return { ...row, ...marks, subject: null, namespace: null, text: WITHHELD, query: '', content: null, withheld: true };
}

/** What happened to an incident. */
export async function incidentTimeline(
  ctx: VerbContext,
  idOrNumber: string,
  page: Omit<TimelinePage, 'incidentId'>,
): Promise<PageOf<StoredEvent, number>> {
  const incident = await findIncident(ctx, idOrNumber);
  const rows = await ctx.store.incidentQueries.timeline({ ...page, incidentId: incident.id, limit: page.limit + 1 });
  const scope = scopeOf(ctx.actor, 'incidents.read');
  return pageOf(
    rows.map((row) => withholdEvent(scope, row)),
    page.limit,
    ({ id }) => id,
  );
}

/** The alerts of an incident, each with its newest episode there. */
export async function incidentAlerts(
  ctx: VerbContext,
  idOrNumber: string,
  page: { readonly limit: number; readonly after: AlertPosition | null },
): Promise<PageOf<AlertView, AlertPosition>> {
  const incident = await findIncident(ctx, idOrNumber);
  const rows = await ctx.store.alertQueries.ofIncident(incident.id, { ...page, limit: page.limit + 1 });
  return pageOf(rows, page.limit, ({ episode, id }) => ({ key: episode?.startsAt ?? 0, id: episode?.id ?? id }));
}

/** Whether the actor may see a place. */
export function isVisible(
  ctx: VerbContext,
  place: { readonly cluster: string; readonly namespaces: readonly string[] },
): boolean {
  return covers(scopeOf(ctx.actor, 'incidents.read'), place);
}
