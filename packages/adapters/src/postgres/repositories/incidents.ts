import { AppError } from '@headwater/core/errors.ts';
import type { IncidentsRepository, NewIncident, RolledUp } from '@headwater/engine/ports/store/incidents.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { incidentKeys } from './incident-keys.ts';
import { incidentMembers } from './incident-members.ts';
import { INCIDENT_COLUMNS, incidentColumns, incidentOf } from './incident-row.ts';
import { recordset, recordTime } from './recordset.ts';

// Keeps the locks of clusters apart from other advisory locks of this database.
const CLUSTER_LOCK_SPACE = 7202;

/** The write side of incidents in PostgreSQL. */
export function incidentsRepository(db: Kysely<Database>): IncidentsRepository {
  return {
    ...incidentKeys(db),
    ...incidentMembers(db),
    async get(id) {
      const row = await db.selectFrom('incident').select(INCIDENT_COLUMNS).where('id', '=', id).executeTakeFirst();
      return row ? incidentOf(row) : null;
    },
    async lock(ids) {
      if (ids.length === 0) return [];
      const query = db
        .selectFrom('incident')
        .select(INCIDENT_COLUMNS)
        .where('id', 'in', [...ids]);
      return (await query.orderBy('id').forNoKeyUpdate().execute()).map(incidentOf);
    },
    async lockCluster(cluster) {
      await sql`select pg_advisory_xact_lock(${CLUSTER_LOCK_SPACE}, hashtext(${cluster}))`.execute(db);
    },
    insert: (rows) => insertIncidents(db, rows),
    async update(id, changes, now) {
      const row = await db
        .updateTable('incident')
        .set({ ...incidentColumns(changes), updated_at: new Date(now), version: sql`version + 1` })
        .where('id', '=', id)
        .returning(INCIDENT_COLUMNS)
        .executeTakeFirst();
      if (!row) throw new AppError('not_found', `no incident ${id}`);
      return incidentOf(row);
    },
    rollUp: (rows, now) => rollUp(db, rows, now),
  };
}

async function insertIncidents(
  db: Kysely<Database>,
  rows: readonly NewIncident[],
): Promise<ReadonlyMap<string, number>> {
  if (rows.length === 0) return new Map();
  const records = rows.map((row) => ({
    ...row,
    started_at: recordTime(row.startedAt),
    created_at: recordTime(row.createdAt),
    title_by: row.titleBy,
    severity_by: row.severityBy,
    lead_alert_id: row.leadAlertId,
  }));
  const columns =
    'v(id text, cluster text, namespaces text[], title text, title_by text, severity text, severity_by text, subject jsonb, started_at timestamptz, created_at timestamptz, lead_alert_id text)';
  const { rows: made } = await sql<{ id: string; number: number }>`
    insert into incident (id, cluster, namespaces, title, title_by, severity, severity_by, status, subject, started_at, created_at, updated_at, lead_alert_id)
    select id, cluster, namespaces, title, title_by, severity, severity_by, 'open', nullif(subject, 'null'), started_at, created_at, created_at, lead_alert_id
    from ${recordset(records, columns)} order by id
    returning id, number`.execute(db);
  return new Map(made.map(({ id, number }) => [id, number]));
}

async function rollUp(db: Kysely<Database>, rows: readonly RolledUp[], now: number): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update incident i set
      namespaces = v.namespaces, title = v.title, severity = v.severity, status = v.status, subject = nullif(v.subject, 'null'),
      started_at = v.started_at, snoozed_until = v.snoozed_until, acknowledged_at = v.acknowledged_at,
      acknowledged_by = v.acknowledged_by, quiet_since = v.quiet_since, resolved_at = v.resolved_at,
      resolved_by = v.resolved_by, resolve_reason = v.resolve_reason, reopened = v.reopened, lead_alert_id = v.lead_alert_id,
      alert_count = v.alert_count, firing_count = v.firing_count, diagnosis_state = v.diagnosis_state,
      updated_at = ${new Date(now)}, version = i.version + 1
    from ${recordset(rows.map(rolledUpRecord), ROLLED_UP_COLUMNS)}
    where i.id = v.id`.execute(db);
}

const ROLLED_UP_COLUMNS =
  'v(id text, namespaces text[], title text, severity text, status text, subject jsonb, started_at timestamptz, snoozed_until timestamptz, acknowledged_at timestamptz, acknowledged_by text, quiet_since timestamptz, resolved_at timestamptz, resolved_by text, resolve_reason text, reopened integer, lead_alert_id text, alert_count integer, firing_count integer, diagnosis_state text)';

function rolledUpRecord(row: RolledUp): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    namespaces: row.namespaces,
    title: row.title,
    severity: row.severity,
    status: row.status,
    subject: row.subject,
    started_at: recordTime(row.startedAt),
    snoozed_until: recordTime(row.snoozedUntil),
    acknowledged_at: recordTime(row.acknowledgedAt),
    acknowledged_by: row.acknowledgedBy,
    quiet_since: recordTime(row.quietSince),
    resolved_at: recordTime(row.resolvedAt),
    resolved_by: row.resolvedBy,
    resolve_reason: row.resolveReason,
    reopened: row.reopened,
    lead_alert_id: row.leadAlertId,
    alert_count: row.alertCount,
    firing_count: row.firingCount,
    diagnosis_state: row.diagnosisState,
  };
}
