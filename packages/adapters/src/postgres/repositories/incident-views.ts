import type { Severity } from '@headwater/core/alert/severity.ts';
import type { IncidentFullView, IncidentView } from '@headwater/engine/ports/store/incident-queries.ts';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { IncidentTable } from '../schema.ts';

/** Everything a list shows; the text of the analysis and the search column would make each row several times as long. */
export const VIEW_COLUMNS = [
  'i.id',
  'i.number',
  'i.cluster',
  'i.namespaces',
  'i.title',
  'i.title_by',
  'i.severity',
  'i.status',
  'i.subject',
  'i.started_at',
  'i.created_at',
  'i.updated_at',
  'i.acknowledged_at',
  'i.acknowledged_by',
  'i.snoozed_until',
  'i.assignee',
  'i.resolved_at',
  'i.resolved_by',
  'i.resolve_reason',
  'i.reopened',
  'i.hidden',
  'i.merged_into',
  'i.alert_count',
  'i.firing_count',
  'i.verdict',
  'i.cause',
  'i.cause_category',
  'i.confidence',
  'i.diagnosis_state',
  'i.version',
] as const;

type ViewColumn = (typeof VIEW_COLUMNS)[number] extends `i.${infer Name}` ? Name : never;

export type ViewRow = Pick<Selectable<IncidentTable>, ViewColumn> & {
  readonly muted: boolean;
  readonly cause_namespace: string | null;
};

export type FullRow = ViewRow &
  Pick<Selectable<IncidentTable>, 'severity_by' | 'quiet_since' | 'analysis_summary' | 'analysis_detail'>;

/** Whether all that fires is muted; the cases stand in the order that answers most incidents without a look at episodes. */
export const MUTED = sql<boolean>`case when i.firing_count = 0 then false
  when exists (select 1 from alert_episode e where e.incident_id = i.id and e.status = 'firing' and e.muted_by is null) then false
  else exists (select 1 from alert_episode e where e.incident_id = i.id and e.status = 'firing') end`;

/** The rank a severity sorts by; word for word the expression of the index `incident_gravest`. */
export const SEVERITY_RANK: RawBuilder<number> = sql<number>`(case i.severity when 'critical' then 4 when 'high' then 3 when 'warning' then 2 when 'info' then 1 else 0 end)`;

export function viewOf(row: ViewRow): IncidentView {
  return {
    id: row.id,
    number: row.number,
    cluster: row.cluster,
    namespaces: row.namespaces,
    title: row.title,
    titleBy: row.title_by,
    severity: row.severity as Severity,
    status: row.status,
    subject: row.subject,
    startedAt: row.started_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    snoozedUntil: row.snoozed_until,
    assignee: row.assignee,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    resolveReason: row.resolve_reason,
    reopened: row.reopened,
    hidden: row.hidden,
    mergedInto: row.merged_into,
    alertCount: row.alert_count,
    firingCount: row.firing_count,
    verdict: row.verdict,
    cause: row.cause,
    causeCategory: row.cause_category,
    causeNamespace: row.cause_namespace,
    confidence: row.confidence,
    diagnosisState: row.diagnosis_state,
    muted: row.muted,
    version: row.version,
  };
}

export function fullViewOf(row: FullRow): IncidentFullView {
  return {
    ...viewOf(row),
    severityBy: row.severity_by,
    quietSince: row.quiet_since,
    analysisSummary: row.analysis_summary,
    analysisDetail: row.analysis_detail,
  };
}
