import { normaliseSeverity } from '@headwater/core/alert/severity.ts';
import type { IncidentsRepository, MemberAlert } from '@headwater/engine/ports/store/incidents.ts';
import { type Kysely, sql } from 'kysely';
import type { Subject } from '@headwater/core/subject.ts';
import type { Database } from '../schema.ts';
import { INCIDENT_COLUMNS, incidentOf } from './incident-row.ts';

type Members = Pick<
  IncidentsRepository,
  'summarise' | 'members' | 'mergeEpisodes' | 'unmergeEpisodes' | 'moveEpisodes' | 'incidentOfAlert' | 'mergedFrom'
>;

/** The alerts of incidents, and how they move between incidents. */
export function incidentMembers(db: Kysely<Database>): Members {
  return {
    async summarise(ids) {
      if (ids.length === 0) return new Map();
      const { rows } = await sql<{ incident_id: string; alerts: number; firing: number }>`
        select incident_id, count(distinct alert_id) as alerts, count(*) filter (where status = 'firing') as firing
        from alert_episode where incident_id = any(${[...ids]}::text[]) group by incident_id`.execute(db);
      return new Map(
        rows.map((row) => [
          row.incident_id,
          { incidentId: row.incident_id, alertCount: row.alerts, firingCount: row.firing },
        ]),
      );
    },
    members: (id) => members(db, id),
    async mergeEpisodes(from, to) {
      const result = await db
        .updateTable('alert_episode')
        .set({ incident_id: to, merged_from: sql`array_append(merged_from, ${from})` })
        .where('incident_id', '=', from)
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    async unmergeEpisodes(from, to) {
      const result = await db
        .updateTable('alert_episode')
        .set({ incident_id: from, merged_from: sql`merged_from[1:cardinality(merged_from) - 1]` })
        .where('incident_id', '=', to)
        .where(sql<boolean>`merged_from[cardinality(merged_from)] = ${from}`)
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    async moveEpisodes({ from, to, alertIds, by, reason, now }) {
      const result = await db
        .updateTable('alert_episode')
        .set({ incident_id: to, joined_by: by, join_reason: reason, joined_at: new Date(now), merged_from: [] })
        .where('incident_id', '=', from)
        .where('alert_id', 'in', [...alertIds])
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    async incidentOfAlert(alertId) {
      const row = await db
        .selectFrom('alert_episode')
        .select('incident_id')
        .where('alert_id', '=', alertId)
        .where('incident_id', 'is not', null)
        .orderBy('starts_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.incident_id ?? null;
    },
    async mergedFrom(id) {
      const rows = await db
        .selectFrom('incident')
        .select(INCIDENT_COLUMNS)
        .where('merged_into', '=', id)
        .orderBy('id')
        .execute();
      return rows.map(incidentOf);
    },
  };
}

interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly namespace: string | null;
  readonly subject: Subject | null;
  readonly starts_at: number;
  readonly root_keys: readonly (string | null)[];
}

async function members(db: Kysely<Database>, id: string): Promise<readonly MemberAlert[]> {
  const { rows } = await sql<MemberRow>`
    select a.id, a.name, a.fingerprint, a.severity, a.namespace, a.subject, e.starts_at, e.root_keys
    from (
      select alert_id, min(starts_at) as starts_at, array_agg(distinct root_key) as root_keys
      from alert_episode where incident_id = ${id} group by alert_id
    ) e join alert a on a.id = e.alert_id order by e.starts_at, a.id`.execute(db);
  return rows.map((row) => ({
    alertId: row.id,
    name: row.name,
    fingerprint: row.fingerprint,
    severity: normaliseSeverity(row.severity),
    namespace: row.namespace,
    subject: row.subject,
    startsAt: row.starts_at,
    rootKeys: row.root_keys.filter((key) => key !== null),
  }));
}
