import type { AlertFilter, AlertPage, AlertQueries } from '@headwater/engine/ports/store/alert-queries.ts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { moment } from '../values.ts';
import { alertConditions } from './alert-filter.ts';
import { ALERT_COLUMNS, alertOf, EPISODE_COLUMNS, episodeOf, fullAlertOf, INCIDENT_OF_ALERT } from './alert-views.ts';

/** The read side of alerts in PostgreSQL. */
export function alertQueries(db: Kysely<Database>): AlertQueries {
  return {
    async list(filter, page) {
      return (await listQuery(db, filter, page).execute()).map(alertOf);
    },
    async find(id) {
      const row = await withNewestEpisode(db)
        .select(['a.extra', 'a.subject_reason', 'a.group_key', 'a.receiver', 'a.generator_url'])
        .where('a.id', '=', id)
        .executeTakeFirst();
      return row ? fullAlertOf(row) : null;
    },
    async episodes(alertId, limit) {
      const rows = await db
        .selectFrom('alert_episode as e')
        .select(EPISODE_COLUMNS)
        .where('e.alert_id', '=', alertId)
        .orderBy('e.starts_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(episodeOf);
    },
    async countEpisodes(alertId) {
      const { count } = await db
        .selectFrom('alert_episode')
        .select(sql<number>`count(*)`.as('count'))
        .where('alert_id', '=', alertId)
        .executeTakeFirstOrThrow();
      return count;
    },
    async ofIncident(incidentId, { limit, after }) {
      let query = fromEpisodes(db).where('e.incident_id', '=', incidentId).where(NEWEST_THERE).limit(limit);
      if (after) query = query.where(episodeBelow(after));
      return (await query.execute()).map(alertOf);
    },
  };
}

function fromEpisodes(db: Kysely<Database>) {
  return db
    .selectFrom('alert_episode as e')
    .innerJoin('alert as a', 'a.id', 'e.alert_id')
    .leftJoin('incident as i', 'i.id', 'e.incident_id')
    .select([...ALERT_COLUMNS, ...EPISODE_COLUMNS, ...INCIDENT_OF_ALERT])
    .orderBy('e.starts_at', 'desc')
    .orderBy('e.id', 'desc');
}

/** Finds the alerts of the page first and looks up episodes for those alone. */
function listQuery(db: Kysely<Database>, { statuses, ...filter }: AlertFilter, page: AlertPage) {
  const [status] = statuses?.length === 1 ? statuses : [];
  const conditions = alertConditions(filter);
  // Few of many alerts fire, and only their open episodes are in an index.
  if (status === 'firing')
    conditions.push(sql`a.id in (select o.alert_id from alert_episode o where o.status = 'firing')`);
  if (status === 'resolved') conditions.push(sql`a.status = 'resolved'`);
  if (page.after) conditions.push(alertBelow(page.sort, page.after));
  const chosen = conditions.reduce(
    (query, condition) => query.where(condition),
    db.selectFrom('alert as a').select('a.id').limit(page.limit),
  );
  const newest = page.sort === 'newest';
  const ordered = newest
    ? chosen.orderBy('a.newest_at', 'desc').orderBy('a.id', 'desc')
    : chosen.orderBy('a.id', 'desc');
  const shown = withNewestEpisode(db).where('a.id', 'in', ordered);
  return newest ? shown.orderBy('a.newest_at', 'desc').orderBy('a.id', 'desc') : shown.orderBy('a.id', 'desc');
}

function alertBelow(sort: AlertPage['sort'], { key, id }: NonNullable<AlertPage['after']>): RawBuilder<boolean> {
  // Ids begin with the time they were made at.
  return sort === 'newest' ? sql`(a.newest_at, a.id) < (${moment(key)}, ${id})` : sql`a.id < ${id}`;
}

function withNewestEpisode(db: Kysely<Database>) {
  return db
    .selectFrom('alert as a')
    .leftJoinLateral(
      (of) =>
        of
          .selectFrom('alert_episode as one')
          .selectAll()
          .whereRef('one.alert_id', '=', 'a.id')
          .orderBy('one.starts_at', 'desc')
          .limit(1)
          .as('e'),
      (join) => join.onTrue(),
    )
    .leftJoin('incident as i', 'i.id', 'e.incident_id')
    .select([...ALERT_COLUMNS, ...EPISODE_COLUMNS, ...INCIDENT_OF_ALERT]);
}

const NEWEST_THERE = sql<boolean>`not exists (select 1 from alert_episode n
  where n.alert_id = e.alert_id and n.starts_at > e.starts_at and n.incident_id = e.incident_id)`;

function episodeBelow({ key, id }: NonNullable<AlertPage['after']>): RawBuilder<boolean> {
  return sql`(e.starts_at, e.id) < (${moment(key)}, ${id})`;
}
