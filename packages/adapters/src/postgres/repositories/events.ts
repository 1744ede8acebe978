import type { EventsRepository, StoredEvent } from '@headwater/engine/ports/store/events.ts';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database, EventTable } from '../schema.ts';
import { recordset, recordTime } from './recordset.ts';

// Held from the first id taken until the commit, so that ids become visible in their order.
const APPEND_LOCK = 7201;

/** The log of events in PostgreSQL. */
export function eventsRepository(db: Kysely<Database>): EventsRepository {
  return {
    async append(events) {
      if (events.length === 0) return;
      const records = events.map(({ incidentId, at, ...event }) => ({
        ...event,
        incident_id: incidentId,
        at: recordTime(at),
      }));
      const columns =
        'v(at timestamptz, kind text, incident_id text, cluster text, namespaces text[], actor text, payload jsonb)';
      await sql`select pg_advisory_xact_lock(${APPEND_LOCK})`.execute(db);
      await sql`
        with added as (
          insert into event (at, kind, incident_id, cluster, namespaces, actor, payload)
          select at, kind, incident_id, cluster, namespaces, actor, payload from ${recordset(records, columns)}
          returning id
        )
        select pg_notify('headwater_event', '') from (select count(*) from added) counted`.execute(db);
    },
    async after(id, limit) {
      const rows = await db.selectFrom('event').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute();
      return rows.map(eventOf);
    },
    async newest() {
      const row = await db.selectFrom('event').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
      return row?.id ?? 0;
    },
  };
}

function eventOf(row: Selectable<EventTable>): StoredEvent {
  return {
    id: row.id,
    at: row.at,
    kind: row.kind,
    incidentId: row.incident_id,
    cluster: row.cluster,
    namespaces: row.namespaces,
    actor: row.actor,
    payload: row.payload,
  };
}
