import type { Scope } from '@headwater/core/access/scope.ts';
import type { RecallCandidate, RecallRepository } from '@headwater/engine/ports/store/recall.ts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { anyWordQuery } from '../search-text.ts';
import { plainText } from '../values.ts';
import { inScope } from './in-scope.ts';

/** Remembered incidents in PostgreSQL. */
export function recallRepository(db: Kysely<Database>): RecallRepository {
  return {
    async put({ id, incidentId, model, summary, createdAt }) {
      const row = await db
        .insertInto('recall_document')
        .values({ id, incident_id: incidentId, model, summary: plainText(summary), created_at: new Date(createdAt) })
        .onConflict((conflict) =>
          conflict.columns(['incident_id', 'model']).doUpdateSet({ summary: plainText(summary) }),
        )
        .returning('id')
        .executeTakeFirstOrThrow();
      return row.id;
    },
    async byWords({ scope, model, words, limit }) {
      const query = anyWordQuery(words);
      if (query === null) return [];
      const wanted = sql`to_tsquery('simple', ${query})`;
      // Two arms, each on its own index: a condition over both tables at once would read every incident.
      const arms = [sql<boolean>`i.search @@ ${wanted}`, sql<boolean>`r.search @@ ${wanted}`].map((matches) =>
        candidates(db, { scope, model, limit }).where(matches).execute(),
      );
      return once((await Promise.all(arms)).flat());
    },
    async alike({ scope, model, incidentId, category, subjectName, limit }) {
      const reasons: RawBuilder<boolean>[] = [];
      if (category !== null) reasons.push(sql`i.cause_category = ${category}`);
      if (subjectName !== null) reasons.push(sql`i.subject is not null and i.subject ->> 'name' = ${subjectName}`);
      if (reasons.length === 0) return [];
      // One arm per reason, each on its own index; together they would scan every incident.
      const arms = reasons.map((reason) =>
        candidates(db, { scope, model, limit }).where('i.id', '<>', incidentId).where(reason).execute(),
      );
      return once((await Promise.all(arms)).flat());
    },
  };
}

function candidates(db: Kysely<Database>, { scope, model, limit }: { scope: Scope; model: string; limit: number }) {
  return db
    .selectFrom('incident as i')
    .leftJoin('diagnosis as d', 'd.id', 'i.diagnosis_id')
    .leftJoin('recall_document as r', (join) => join.onRef('r.incident_id', '=', 'i.id').on('r.model', '=', model))
    .select([
      'i.id',
      'i.number',
      'i.title',
      'i.status',
      'i.cluster',
      'i.subject',
      'i.started_at as startedAt',
      'i.resolved_at as resolvedAt',
      'i.cause',
      'i.cause_category as causeCategory',
      'd.cause_namespace as causeNamespace',
      'i.resolve_reason as resolveReason',
      sql<string>`coalesce(r.summary, i.analysis_summary, i.title)`.as('summary'),
    ])
    .where(sql<boolean>`not i.hidden and i.merged_into is null`)
    .where(inScope(scope, 'i.cluster', 'i.namespaces'))
    .orderBy('i.started_at', 'desc')
    .orderBy('i.id', 'desc')
    .limit(limit);
}

function once(rows: readonly RecallCandidate[]): RecallCandidate[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}
