import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { OutboxRepository } from '@headwater/engine/ports/store/outbox.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { json, moment } from '../values.ts';

export function outboxRepository(db: Kysely<Database>): OutboxRepository {
  return { ...reading(db), ...queueing(db), ...settling(db), ...showing(db) };
}

function reading(db: Kysely<Database>): Pick<OutboxRepository, 'lockCursor' | 'moveCursor'> {
  return {
    async lockCursor(reader, from) {
      await db
        .insertInto('event_cursor')
        .values({ name: reader, last_event: from })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      const held = db.selectFrom('event_cursor').select('last_event').where('name', '=', reader).forUpdate();
      return (await held.executeTakeFirstOrThrow()).last_event;
    },

    async moveCursor(reader, lastEvent) {
      await db.updateTable('event_cursor').set({ last_event: lastEvent }).where('name', '=', reader).execute();
    },
  };
}

function queueing(db: Kysely<Database>): Pick<OutboxRepository, 'want' | 'claim'> {
  return {
    async want(wanted, now) {
      const at = new Date(now);
      await db
        .insertInto('outbox')
        .values(
          wanted.map(({ destination, incidentId, eventId }) => ({
            destination,
            incident_id: incidentId,
            wanted_event: eventId,
            next_attempt_at: at,
            updated_at: at,
          })),
        )
        // News about an incident is a new chance for a notice that was given up; one that waits keeps its back-off.
        .onConflict((conflict) =>
          conflict.columns(['destination', 'incident_id']).doUpdateSet({
            wanted_event: sql`greatest(outbox.wanted_event, excluded.wanted_event)`,
            next_attempt_at: sql`case when outbox.dead or outbox.told_event = outbox.wanted_event then excluded.next_attempt_at else outbox.next_attempt_at end`,
            attempts: sql`case when outbox.dead then 0 else outbox.attempts end`,
            dead: false,
            updated_at: at,
          }),
        )
        .execute();
    },

    async claim(now, { leaseUntil, limit }) {
      const due = db
        .selectFrom('outbox')
        .select(['destination', 'incident_id'])
        .whereRef('told_event', '<', 'wanted_event')
        .where('dead', '=', false)
        .where('next_attempt_at', '<=', moment(now))
        .orderBy('next_attempt_at')
        .limit(limit)
        .forUpdate()
        .skipLocked();
      return db
        .with('due', () => due)
        .updateTable('outbox')
        .from('due')
        .whereRef('outbox.destination', '=', 'due.destination')
        .whereRef('outbox.incident_id', '=', 'due.incident_id')
        .set({ next_attempt_at: new Date(leaseUntil), attempts: sql`outbox.attempts + 1`, updated_at: new Date(now) })
        .returning([
          'outbox.destination',
          'outbox.incident_id as incidentId',
          'outbox.wanted_event as wantedEvent',
          'outbox.receipt',
          'outbox.attempts',
        ])
        .execute();
    },
  };
}

function settling(db: Kysely<Database>): Pick<OutboxRepository, 'told' | 'postpone'> {
  const row = (key: { readonly destination: string; readonly incidentId: string }) =>
    db.updateTable('outbox').where('destination', '=', key.destination).where('incident_id', '=', key.incidentId);
  return {
    async told(key, { event, receipt, now }) {
      await row(key)
        .set({
          told_event: event,
          receipt: json(receipt),
          attempts: 0,
          last_error: null,
          next_attempt_at: new Date(now),
          updated_at: new Date(now),
        })
        .execute();
    },

    async postpone(key, { nextAttemptAt, error, receipt, dead, now }) {
      await row(key)
        .set({
          next_attempt_at: new Date(nextAttemptAt),
          last_error: error,
          receipt: receipt && json(receipt),
          dead,
          updated_at: new Date(now),
        })
        .execute();
    },
  };
}

function showing(db: Kysely<Database>): Pick<OutboxRepository, 'notice' | 'dead'> {
  return {
    async notice(incidentId) {
      const found = await db
        .selectFrom('incident')
        .leftJoin('diagnosis', 'diagnosis.id', 'incident.diagnosis_id')
        .leftJoin('app_user', 'app_user.id', 'incident.acknowledged_by')
        .where('incident.id', '=', incidentId)
        .select([
          'incident.id as incidentId',
          'incident.number',
          'incident.title',
          'incident.severity',
          'incident.status',
          'incident.cluster',
          'incident.namespaces',
          'incident.started_at as startedAt',
          'incident.resolved_at as resolvedAt',
          sql<string | null>`coalesce(app_user.display_name, incident.acknowledged_by)`.as('acknowledgedBy'),
          'incident.alert_count as alertCount',
          'incident.firing_count as firingCount',
          'diagnosis.revision',
          'diagnosis.body',
        ])
        .executeTakeFirst();
      if (!found) return null;
      const { revision, body, ...incident } = found;
      return { ...incident, diagnosis: revision === null ? null : { revision, body: body as Diagnosis } };
    },

    async dead(limit) {
      return db
        .selectFrom('outbox')
        .select([
          'destination',
          'incident_id as incidentId',
          sql<string>`coalesce(last_error, '')`.as('error'),
          'updated_at as at',
        ])
        .where('dead', '=', true)
        .orderBy('updated_at', 'desc')
        .limit(limit)
        .execute();
    },
  };
}
