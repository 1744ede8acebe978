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
      const query = page.sort === 'startsAt' ? byNewestEpisode(db, filter, page) : byFirstSight(db, filter, page);
      return (await query.execute()).map(alertOf);
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
      let query = fromEpisodes(db)
        .where('e.incident_id', '=', incidentId)
        .where(isNewest(sql`n.incident_id = e.incident_id`))
        .limit(limit);
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

/** Walks episodes from the newest and keeps each alert's newest: no alert need be read that is not on the page. */
function byNewestEpisode(db: Kysely<Database>, { statuses, ...filter }: AlertFilter, page: AlertPage) {
  let query = fromEpisodes(db).limit(page.limit);
  // The open episode of an alert is its newest, and few are open: all other ways to say it are slower.
  if (statuses?.length === 1 && statuses[0] === 'firing') query = query.where(sql<boolean>`e.status = 'firing'`);
  else query = query.where(isNewest());
  const rest = statuses?.length === 1 && statuses[0] === 'resolved' ? { ...filter, statuses } : filter;
  for (const condition of alertConditions(rest, 'e.starts_at')) query = query.where(condition);
  return page.after ? query.where(episodeBelow(page.after)) : query;
}

function byFirstSight(db: Kysely<Database>, filter: AlertFilter, page: AlertPage) {
  // Ids begin with the time they were made at.
  let query = withNewestEpisode(db).orderBy('a.id', 'desc').limit(page.limit);
  for (const condition of alertConditions(filter, 'e.starts_at')) query = query.where(condition);
  return page.after ? query.where('a.id', '<', page.after.id) : query;
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

function isNewest(among: RawBuilder<unknown> = sql`true`): RawBuilder<boolean> {
  return sql`not exists (select 1 from alert_episode n where n.alert_id = e.alert_id and n.starts_at > e.starts_at and ${among})`;
}

function episodeBelow({ key, id }: NonNullable<AlertPage['after']>): RawBuilder<boolean> {
  return sql`(e.starts_at, e.id) < (${moment(key)}, ${id})`;
}
