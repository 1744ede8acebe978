import { EVERYWHERE } from '@headwater/core/access/actor.ts';
import type { Scope } from '@headwater/core/access/scope.ts';
import type { AlertFilter } from '@headwater/engine/ports/store/alert-queries.ts';
import { type RawBuilder, sql } from 'kysely';
import { textQuery } from '../search-text.ts';
import { json, moment } from '../values.ts';
import { equalsAny } from './incident-filter.ts';

type Condition = RawBuilder<boolean>;

/** The conditions of a list of alerts `a`, all of which must hold. */
export function alertConditions(filter: Omit<AlertFilter, 'statuses'>): Condition[] {
  const { scope, text, from, to, labels, flapping } = filter;
  const conditions: Condition[] = [
    ...equalsAny('a.severity', filter.severities),
    ...equalsAny('a.cluster', filter.clusters),
    ...equalsAny('a.namespace', filter.namespaces),
    ...equalsAny('a.name', filter.names),
    ...equalsAny('a.source', filter.sources),
    ...equalsAny('a.subject_state', filter.subjectStates),
  ];
  if (!scope.everything) conditions.push(alertInScope(scope));
  if (labels) conditions.push(sql`a.labels @> ${json(labels)}::jsonb`);
  if (flapping !== undefined)
    conditions.push(flapping ? sql`a.flapping_since is not null` : sql`a.flapping_since is null`);
  if (text !== undefined && text.trim() !== '') {
    const query = textQuery(text);
    conditions.push(query === null ? sql`false` : sql`a.search @@ to_tsquery('simple', ${query})`);
  }
  if (from !== undefined) conditions.push(sql`a.newest_at >= ${moment(from)}`);
  if (to !== undefined) conditions.push(sql`a.newest_at < ${moment(to)}`);
  return conditions;
}

// The rule of `inScope` for what has one namespace or none, as comparisons an index could serve.
function alertInScope({ clusters, namespaces }: Scope): Condition {
  const entries = namespaces.map((entry) => {
    const within = sql<boolean>`a.namespace = any(${[...entry.namespaces]}::text[])`;
    return entry.cluster === EVERYWHERE ? within : sql<boolean>`(a.cluster = ${entry.cluster} and ${within})`;
  });
  // An arm that can match nothing would still keep the indexes of the others from being used.
  if (clusters.length > 0) entries.push(sql`a.cluster = any(${[...clusters]}::text[])`);
  return entries.length === 0 ? sql`false` : sql`(${sql.join(entries, sql` or `)})`;
}
