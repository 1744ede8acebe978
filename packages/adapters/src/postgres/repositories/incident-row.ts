import { normaliseSeverity } from '@headwater/core/alert/severity.ts';
import type { Incident, IncidentChanges } from '@headwater/engine/ports/store/incidents.ts';
import type { Selectable, Updateable } from 'kysely';
import type { IncidentTable } from '../schema.ts';
import { json } from '../values.ts';

export const INCIDENT_COLUMNS = [
  'id',
  'number',
  'cluster',
  'namespaces',
  'title',
  'title_by',
  'severity',
  'severity_by',
  'status',
  'subject',
  'started_at',
  'created_at',
  'updated_at',
  'acknowledged_at',
  'acknowledged_by',
  'snoozed_until',
  'assignee',
  'quiet_since',
  'resolved_at',
  'resolved_by',
  'resolve_reason',
  'reopened',
  'hidden',
  'merged_into',
  'lead_alert_id',
  'alert_count',
  'firing_count',
  'analysis_summary',
  'analysis_detail',
  'diagnosis_state',
  'version',
] as const satisfies readonly (keyof IncidentTable)[];

export type IncidentRow = Pick<Selectable<IncidentTable>, (typeof INCIDENT_COLUMNS)[number]>;

export function incidentOf(row: IncidentRow): Incident {
  return {
    id: row.id,
    number: row.number,
    cluster: row.cluster,
    namespaces: row.namespaces,
    title: row.title,
    titleBy: row.title_by,
    severity: normaliseSeverity(row.severity),
    severityBy: row.severity_by,
    status: row.status,
    subject: row.subject,
    startedAt: row.started_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    snoozedUntil: row.snoozed_until,
    assignee: row.assignee,
    quietSince: row.quiet_since,
    resolvedAt: row.resolved_at,
    resolvedBy: row.resolved_by,
    resolveReason: row.resolve_reason,
    reopened: row.reopened,
    hidden: row.hidden,
    mergedInto: row.merged_into,
    leadAlertId: row.lead_alert_id,
    alertCount: row.alert_count,
    firingCount: row.firing_count,
    analysisSummary: row.analysis_summary,
    analysisDetail: row.analysis_detail,
    diagnosisState: row.diagnosis_state,
    version: row.version,
  };
}

type Columns = { readonly [Field in keyof IncidentChanges]-?: keyof IncidentTable };

const COLUMN_OF: Columns = {
  namespaces: 'namespaces',
  title: 'title',
  titleBy: 'title_by',
  severity: 'severity',
  severityBy: 'severity_by',
  status: 'status',
  subject: 'subject',
  startedAt: 'started_at',
  acknowledgedAt: 'acknowledged_at',
  acknowledgedBy: 'acknowledged_by',
  snoozedUntil: 'snoozed_until',
  assignee: 'assignee',
  quietSince: 'quiet_since',
  resolvedAt: 'resolved_at',
  resolvedBy: 'resolved_by',
  resolveReason: 'resolve_reason',
  reopened: 'reopened',
  hidden: 'hidden',
  mergedInto: 'merged_into',
  leadAlertId: 'lead_alert_id',
  alertCount: 'alert_count',
  firingCount: 'firing_count',
  analysisSummary: 'analysis_summary',
  analysisDetail: 'analysis_detail',
  diagnosisState: 'diagnosis_state',
};

const TIMES: ReadonlySet<string> = new Set([
  'startedAt',
  'acknowledgedAt',
  'snoozedUntil',
  'quietSince',
  'resolvedAt',
] satisfies (keyof IncidentChanges)[]);

/** The columns of the changes that are there; undefined fields change nothing. */
export function incidentColumns(changes: IncidentChanges): Updateable<IncidentTable> {
  const columns: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    columns[COLUMN_OF[field as keyof IncidentChanges]] = columnValue(field, value);
  }
  return columns;
}

function columnValue(field: string, value: unknown): unknown {
  if (field === 'subject' && value !== null) return json(value);
  return TIMES.has(field) && typeof value === 'number' ? new Date(value) : value;
}
