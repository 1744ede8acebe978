import { normaliseSeverity } from '@headwater/core/alert/severity.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type {
  AlertCyclesRow,
  CandidateIncident,
  CorrelationRepository,
  SettledEpisode,
  WaitingEpisodeRow,
} from '@headwater/engine/ports/store/correlation.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { correlationSweeps } from './correlation-sweeps.ts';
import { INCIDENT_COLUMNS, type IncidentRow, incidentOf } from './incident-row.ts';
import { recordset, recordTime } from './recordset.ts';

/** Waiting episodes and what they may join, in PostgreSQL. */
export function correlationRepository(db: Kysely<Database>): CorrelationRepository {
  return {
    ...correlationSweeps(db),
    waitingClusters: () => waitingClusters(db),
    waiting: (cluster, limit) => waiting(db, cluster, limit),
    candidates: (cluster, wanted) => candidates(db, cluster, wanted),
    settle: (rows) => settle(db, rows),
    cycles: (since, alertIds) => cycles(db, since, alertIds),
    async setFlapping(alertIds, since) {
      if (alertIds.length === 0) return;
      await db
        .updateTable('alert')
        .set({ flapping_since: since === null ? null : new Date(since) })
        .where('id', 'in', [...alertIds])
        .execute();
    },
  };
}

async function waitingClusters(db: Kysely<Database>): Promise<readonly string[]> {
  // Only the head of the queue is looked at: the clusters behind it get their turn once it is shorter.
  const { rows } = await sql<{ cluster: string }>`
    select a.cluster from (
      select alert_id, received_at from alert_episode where correlate order by received_at, id limit 5000
    ) e join alert a on a.id = e.alert_id group by a.cluster order by min(e.received_at), a.cluster`.execute(db);
  return rows.map(({ cluster }) => cluster);
}

interface WaitingRow {
  readonly id: string;
  readonly alert_id: string;
  readonly status: 'firing' | 'resolved';
  readonly starts_at: number;
  readonly ends_at: number | null;
  readonly received_at: number;
  readonly resolved_received_at: number | null;
  readonly incident_id: string | null;
  readonly root_key: string | null;
  readonly muted_by: string | null;
  readonly name: string;
  readonly severity: string;
  readonly namespace: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly group_key: string | null;
  readonly subject: Subject | null;
  readonly flapping_since: number | null;
  readonly last_incident_id: string | null;
  readonly last_joined_by: string | null;
}

async function waiting(db: Kysely<Database>, cluster: string, limit: number): Promise<readonly WaitingEpisodeRow[]> {
  const { rows } = await sql<WaitingRow>`
    select e.id, e.alert_id, e.status, e.starts_at, e.ends_at, e.received_at, e.resolved_received_at, e.incident_id,
      e.root_key, e.muted_by, a.name, a.severity, a.namespace, a.labels, a.fingerprint, a.group_key, a.subject,
      a.flapping_since, last.incident_id as last_incident_id, last.joined_by as last_joined_by
    from alert_episode e
    join alert a on a.id = e.alert_id
    left join lateral (
      select p.incident_id, p.joined_by from alert_episode p
      where p.alert_id = e.alert_id and p.incident_id is not null and p.id <> e.id
      order by p.starts_at desc limit 1
    ) last on true
    where e.correlate and a.cluster = ${cluster}
    order by e.received_at, e.id limit ${limit}`.execute(db);
  return rows.map(waitingOf);
}

function waitingOf(row: WaitingRow): WaitingEpisodeRow {
  return {
    id: row.id,
    alertId: row.alert_id,
    status: row.status,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    receivedAt: row.received_at,
    resolvedReceivedAt: row.resolved_received_at,
    incidentId: row.incident_id,
    rootKey: row.root_key,
    mutedBy: row.muted_by,
    name: row.name,
    severity: normaliseSeverity(row.severity),
    namespace: row.namespace,
    labels: row.labels,
    fingerprint: row.fingerprint,
    groupKey: row.group_key,
    subject: row.subject,
    flappingSince: row.flapping_since,
    lastIncidentId: row.last_incident_id,
    lastJoinedBy: row.last_joined_by,
  };
}

async function candidates(
  db: Kysely<Database>,
  cluster: string,
  wanted: { readonly keys: readonly string[]; readonly ids: readonly string[] },
): Promise<readonly CandidateIncident[]> {
  const keys = [...wanted.keys];
  const { rows } = await sql<IncidentRow & { keys: string[]; closed_keys: string[] }>`
    select ${sql.join(INCIDENT_COLUMNS.map((column) => sql.ref(`i.${column}`)))},
      array(select k.key from incident_key k where k.incident_id = i.id and k.open and k.key = any(${keys}::text[])) as keys,
      array(select k.key from incident_key k where k.incident_id = i.id and not k.open) as closed_keys
    from incident i
    where i.id = any(array(
      select unnest(${[...wanted.ids]}::text[])
      union select incident_id from incident_key where cluster = ${cluster} and key = any(${keys}::text[]) and open))
    order by i.id for no key update of i`.execute(db);
  return rows.map((row) => ({ ...incidentOf(row), keys: row.keys, closedKeys: row.closed_keys }));
}

async function settle(db: Kysely<Database>, rows: readonly SettledEpisode[]): Promise<void> {
  if (rows.length === 0) return;
  const records = rows.map((row) => ({
    id: row.id,
    status: row.status,
    incident_id: row.incidentId,
    joined_at: recordTime(row.joinedAt),
    joined_by: row.joinedBy,
    join_reason: row.joinReason,
    root_key: row.rootKey,
    muted_by: row.mutedBy,
  }));
  const columns =
    'v(id text, status text, incident_id text, joined_at timestamptz, joined_by text, join_reason text, root_key text, muted_by text)';
  const ids = rows.map(({ id }) => id);
  // In the order intake holds them in: a repeat that comes meanwhile waits instead of making a deadlock.
  await sql`
    with held as materialized (
      select id from alert_episode where id = any(${ids}::text[]) order by alert_id, starts_at desc for no key update
    )
    update alert_episode e set
      incident_id = v.incident_id, joined_at = coalesce(v.joined_at, e.joined_at), joined_by = coalesce(v.joined_by, e.joined_by),
      join_reason = coalesce(v.join_reason, e.join_reason), root_key = v.root_key, muted_by = v.muted_by,
      correlate = e.status <> v.status
    from held join ${recordset(records, columns)} on held.id = v.id
    where e.id = held.id`.execute(db);
}

interface CyclesRow {
  readonly id: string;
  readonly flapping_since: number | null;
  readonly ended: readonly number[] | null;
  readonly last_at: number | null;
  readonly incident_id: string | null;
}

async function cycles(
  db: Kysely<Database>,
  since: number,
  alertIds: readonly string[] | null,
): Promise<readonly AlertCyclesRow[]> {
  const which = alertIds ? sql`a.id = any(${[...alertIds]}::text[])` : sql`a.flapping_since is not null`;
  // Twenty episodes say enough of any rule, and an alert that has flapped for months costs no more than a new one.
  const { rows } = await sql<CyclesRow>`
    select a.id, a.flapping_since, e.ended, e.last_at, e.incident_id from alert a
    cross join lateral (
      select array_agg((extract(epoch from ended_at) * 1000)::float8) filter (where ended_at > ${new Date(since)}) as ended,
        max(greatest(received_at, ended_at)) as last_at,
        (array_agg(incident_id order by starts_at desc) filter (where incident_id is not null))[1] as incident_id
      from (
        select starts_at, received_at, incident_id,
          case when status = 'resolved' then coalesce(resolved_received_at, ends_at) end as ended_at
        from alert_episode where alert_id = a.id order by starts_at desc limit 20
      ) newest
    ) e
    where ${which}`.execute(db);
  return rows.map((row) => ({
    alertId: row.id,
    flappingSince: row.flapping_since,
    endedAt: row.ended ?? [],
    lastTransitionAt: row.last_at ?? 0,
    incidentId: row.incident_id,
  }));
}
