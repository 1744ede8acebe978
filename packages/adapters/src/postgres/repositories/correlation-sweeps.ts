import type { CorrelationRepository } from '@headwater/engine/ports/store/correlation.ts';
import type { Incident } from '@headwater/engine/ports/store/incidents.ts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { INCIDENT_COLUMNS, type IncidentRow, incidentOf } from './incident-row.ts';

type Sweeps = Pick<CorrelationRepository, 'expire' | 'quietSince' | 'snoozedUntil' | 'unmute'>;

/** What time alone brings about; locked rows are left to whoever holds them and seen the next time. */
export function correlationSweeps(db: Kysely<Database>): Sweeps {
  return {
    async expire(now, limit) {
      const { rows } = await sql<{ id: string; alert_id: string; incident_id: string | null }>`
        with due as (
          select e.id from alert_episode e join alert a on a.id = e.alert_id
          where e.status = 'firing' and e.expires_at <= ${new Date(now)}
          order by e.expires_at limit ${limit} for no key update skip locked
        ), ended as (
          update alert_episode e set status = 'resolved', ends_at = e.expires_at, ended_by = 'expired',
            resolved_received_at = ${new Date(now)}, expires_at = null, correlate = true
          from due where e.id = due.id returning e.id, e.alert_id, e.incident_id
        ), quiet as (
          update alert a set status = 'resolved' from ended where a.id = ended.alert_id returning a.id
        )
        select ended.* from ended`.execute(db);
      await wakeCorrelation(db, rows.length);
      return rows.map((row) => ({ id: row.id, alertId: row.alert_id, incidentId: row.incident_id }));
    },
    quietSince: (before, limit) => heldIncidents(db, quietBefore(before), limit),
    snoozedUntil: (before, limit) =>
      heldIncidents(db, sql`snoozed_until <= ${new Date(before)} order by snoozed_until`, limit),
    async unmute(now, limit) {
      const { rows } = await sql`
        with over as (
          select e.id from alert_episode e
          where e.status = 'firing' and e.muted_by is not null and not exists (
            select 1 from maintenance m where m.id = e.muted_by and m.ended_at is null and m.ends_at > ${new Date(now)})
          limit ${limit} for update of e skip locked
        )
        update alert_episode e set muted_by = null, correlate = true from over where e.id = over.id returning e.id`.execute(
        db,
      );
      await wakeCorrelation(db, rows.length);
      return rows.length;
    },
  };
}

// An alert that flaps is quiet only until its next round; resolving and reopening with it would be the noise itself.
function quietBefore(before: number): RawBuilder<unknown> {
  return sql`status <> 'resolved' and quiet_since <= ${new Date(before)} and not exists (
    select 1 from alert_episode e join alert a on a.id = e.alert_id
    where e.incident_id = incident.id and a.flapping_since is not null) order by quiet_since`;
}

async function heldIncidents(
  db: Kysely<Database>,
  which: RawBuilder<unknown>,
  limit: number,
): Promise<readonly Incident[]> {
  const columns = sql.join(INCIDENT_COLUMNS.map((column) => sql.ref(column)));
  const { rows } =
    await sql<IncidentRow>`select ${columns} from incident where ${which} limit ${limit} for no key update skip locked`.execute(
      db,
    );
  return rows.map(incidentOf);
}

async function wakeCorrelation(db: Kysely<Database>, waiting: number): Promise<void> {
  if (waiting > 0) await sql`select pg_notify('headwater_alert', '')`.execute(db);
}
