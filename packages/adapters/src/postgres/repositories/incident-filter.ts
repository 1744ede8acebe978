import type { Scope } from '@headwater/core/access/scope.ts';
import { SEVERITIES, type Severity, severityRank } from '@headwater/core/alert/severity.ts';
import type { IncidentFilter } from '@headwater/engine/ports/store/incident-queries.ts';
import { type RawBuilder, sql } from 'kysely';
import { textQuery } from '../search-text.ts';
import { moment } from '../values.ts';
import { inScope } from './in-scope.ts';
import { SEVERITY_RANK } from './incident-views.ts';

type Condition = RawBuilder<boolean>;

/** The conditions of a list of incidents `i`, all of which must hold. */
export function incidentConditions(filter: IncidentFilter): Condition[] {
  const { scope, from, to } = filter;
  const conditions: Condition[] = [
    filter.hidden ? sql`i.hidden` : sql`not i.hidden`,
    sql`i.merged_into is null`,
    ...equalsAny('i.cluster', filter.clusters),
    ...equalsAny('i.cause_category', filter.categories),
    ...equalsAny('i.verdict', filter.verdicts),
    ...statusConditions(filter.statuses),
    ...severityConditions(filter.severities),
    ...assigneeConditions(filter.assignees),
    ...textConditions(filter.text),
  ];
  if (!scope.everything) conditions.push(inScope(scope, 'i.cluster', 'i.namespaces'), touches(scope));
  if (filter.namespaces) conditions.push(sql`i.namespaces && ${[...filter.namespaces]}::text[]`);
  if (from !== undefined) conditions.push(sql`i.started_at >= ${moment(from)}`);
  if (to !== undefined) conditions.push(sql`i.started_at < ${moment(to)}`);
  if (filter.snoozed) {
    const until = sql<boolean>`coalesce(i.snoozed_until > ${moment(filter.snoozed.at)}, false)`;
    conditions.push(filter.snoozed.yes ? until : sql`not ${until}`);
  }
  return conditions;
}

// Follows from being in scope; said again because the index on namespaces answers an overlap fast and a containment slowly.
function touches({ clusters, namespaces }: Scope): Condition {
  const any = [...new Set(namespaces.flatMap((entry) => entry.namespaces))];
  const overlap = sql<boolean>`i.namespaces && ${any}::text[]`;
  return clusters.length === 0 ? overlap : sql`(i.cluster = any(${[...clusters]}::text[]) or ${overlap})`;
}

/** One value compares by `=`, so that an index in the order of the list can be walked; several by `any`. */
export function equalsAny(column: string, values: readonly string[] | undefined): Condition[] {
  if (!values) return [];
  if (values.length === 1) return [sql`${sql.ref(column)} = ${values[0]}`];
  return [sql`${sql.ref(column)} = any(${[...values]}::text[])`];
}

function statusConditions(statuses: IncidentFilter['statuses']): Condition[] {
  if (!statuses) return [];
  // Said as a constant so that the planner may use the index of the unresolved.
  const unresolved: Condition[] = statuses.includes('resolved') ? [] : [sql`i.status <> 'resolved'`];
  return [...equalsAny('i.status', statuses), ...unresolved];
}

function severityConditions(severities: readonly Severity[] | undefined): Condition[] {
  if (!severities || SEVERITIES.every((known) => severities.includes(known))) return [];
  const ranks = severities.map(severityRank);
  // Only the index on the rank knows severities.
  if (ranks.length === 1) return [sql`${SEVERITY_RANK} = ${sql.lit(ranks[0])}`];
  return [sql`${SEVERITY_RANK} = any(${ranks}::int[])`];
}

function assigneeConditions(assignees: IncidentFilter['assignees']): Condition[] {
  if (!assignees) return [];
  const named = assignees.filter((one) => one !== null);
  const [of] = equalsAny('i.assignee', named.length > 0 ? named : undefined);
  if (!assignees.includes(null)) return of ? [of] : [sql`false`];
  return [of ? sql`(${of} or i.assignee is null)` : sql`i.assignee is null`];
}

function textConditions(text: string | undefined): Condition[] {
  if (text === undefined || text.trim() === '') return [];
  const number = /^#(\d{1,15})$/.exec(text.trim());
  if (number) return [sql`i.number = ${Number(number[1])}`];
  if (/^inc_[0-9a-z]+$/i.test(text.trim())) return [sql`i.id = ${text.trim()}`];
  const query = textQuery(text);
  return [query === null ? sql`false` : sql`i.search @@ to_tsquery('simple', ${query})`];
}
