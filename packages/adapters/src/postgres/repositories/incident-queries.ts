import type { Scope } from '@headwater/core/access/scope.ts';
import type { Millis } from '@headwater/core/time.ts';
import type {
  FacetRow,
  IncidentFilter,
  IncidentPage,
  IncidentQueries,
  TimelinePage,
} from '@headwater/engine/ports/store/incident-queries.ts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { moment } from '../values.ts';
import { inScope } from './in-scope.ts';
import { incidentConditions } from './incident-filter.ts';
import { fullViewOf, MUTED, SEVERITY_RANK, VIEW_COLUMNS, viewOf } from './incident-views.ts';

const REFERENCE = ['id', 'number', 'title', 'cluster', 'namespaces'] as const;
const MOST_MERGED = 100;
const MOST_PER_FACET = 100;

/** The read side of incidents in PostgreSQL. */
export function incidentQueries(db: Kysely<Database>): IncidentQueries {
  return {
    async list(filter, page) {
      return (await listQuery(db, filter, page).execute()).map(viewOf);
    },
    async find(idOrNumber) {
      const byNumber = /^#?(\d{1,15})$/.exec(idOrNumber);
      const row = await views(db)
        .select(['i.severity_by', 'i.quiet_since', 'i.analysis_summary', 'i.analysis_detail'])
        .where(byNumber ? sql<boolean>`i.number = ${Number(byNumber[1])}` : sql<boolean>`i.id = ${idOrNumber}`)
        .executeTakeFirst();
      return row ? fullViewOf(row) : null;
    },
    facets: (scope, since) => facets(db, scope, since),
    async references(ids) {
      if (ids.length === 0) return [];
      return db.selectFrom('incident').select(REFERENCE).where('id', 'in', ids).execute();
    },
    mergedFrom: (id) =>
      db
        .selectFrom('incident')
        .select(REFERENCE)
        .where('merged_into', '=', id)
        .orderBy('id', 'desc')
        .limit(MOST_MERGED)
        .execute(),
    timeline: (page) => timeline(db, page),
  };
}

function views(db: Kysely<Database>) {
  return db
    .selectFrom('incident as i')
    .leftJoin('diagnosis as d', 'd.id', 'i.diagnosis_id')
    .select([...VIEW_COLUMNS, 'd.cause_namespace', MUTED.as('muted')]);
}

function listQuery(db: Kysely<Database>, filter: IncidentFilter, page: IncidentPage) {
  let query = views(db).limit(page.limit);
  for (const condition of incidentConditions(filter)) query = query.where(condition);
  if (page.sort === 'severity') query = query.orderBy(SEVERITY_RANK, 'desc').orderBy('i.started_at', 'desc');
  else query = query.orderBy(page.sort === 'startedAt' ? 'i.started_at' : 'i.updated_at', 'desc');
  query = query.orderBy('i.id', 'desc');
  return page.after ? query.where(below(page.sort, page.after)) : query;
}

function below(
  sort: IncidentPage['sort'],
  { key, startedAt, id }: NonNullable<IncidentPage['after']>,
): RawBuilder<boolean> {
  if (sort === 'severity')
    return sql`(${SEVERITY_RANK}, i.started_at, i.id) < (${key}::int, ${moment(startedAt)}, ${id})`;
  const column = sql.ref(sort === 'startedAt' ? 'i.started_at' : 'i.updated_at');
  return sql`(${column}, i.id) < (${moment(key)}, ${id})`;
}

async function facets(db: Kysely<Database>, scope: Scope, since: Millis): Promise<readonly FacetRow[]> {
  const { rows } = await sql<FacetRow>`
    with recent as materialized (
      select i.status, i.severity, i.cluster, i.namespaces, i.cause_category, i.verdict, i.assignee from incident i
      where not i.hidden and i.merged_into is null and i.started_at >= ${moment(since)} and ${inScope(scope, 'i.cluster', 'i.namespaces')}
      union all
      select i.status, i.severity, i.cluster, i.namespaces, i.cause_category, i.verdict, i.assignee from incident i
      where not i.hidden and i.merged_into is null and i.started_at < ${moment(since)} and i.status <> 'resolved'
        and ${inScope(scope, 'i.cluster', 'i.namespaces')}
    ), counted as (
      select case when grouping(status) = 0 then 'status' when grouping(severity) = 0 then 'severity'
          when grouping(cluster) = 0 then 'cluster' when grouping(cause_category) = 0 then 'category'
          when grouping(verdict) = 0 then 'verdict' else 'assignee' end as field,
        coalesce(status, severity, cluster, cause_category, verdict, assignee) as value, count(*) as count
      from recent group by grouping sets ((status), (severity), (cluster), (cause_category), (verdict), (assignee))
      union all
      select 'namespace', namespace, count(*) from recent, unnest(namespaces) as namespace group by namespace
    ), ranked as (
      select field, value, count, row_number() over (partition by field order by count desc, value) as place
      from counted where value is not null
    )
    select field, value, count from ranked where place <= ${MOST_PER_FACET} order by field, place`.execute(db);
  return rows;
}

async function timeline(db: Kysely<Database>, page: TimelinePage) {
  const newest = page.order === 'newest';
  let query = db
    .selectFrom('event')
    .selectAll()
    .where('incident_id', '=', page.incidentId)
    .orderBy('id', newest ? 'desc' : 'asc')
    .limit(page.limit);
  if (page.kinds) query = query.where('kind', 'in', [...page.kinds]);
  if (page.after !== null) query = query.where('id', newest ? '<' : '>', page.after);
  const rows = await query.execute();
  return rows.map(({ incident_id, ...row }) => ({ ...row, incidentId: incident_id }));
}
