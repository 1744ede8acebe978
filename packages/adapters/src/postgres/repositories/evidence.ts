import type { EvidenceRepository, EvidenceRow } from '@headwater/engine/ports/store/evidence.ts';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { Database, EvidenceTable } from '../schema.ts';
import { json, moment, plainText } from '../values.ts';

// A statement takes 65,535 parameters; rows of 12 in batches far below that keep its text short too.
const BATCH = 500;

/** Evidence in PostgreSQL. */
export function evidenceRepository(db: Kysely<Database>): EvidenceRepository {
  return {
    async add(rows) {
      let added = 0;
      for (let start = 0; start < rows.length; start += BATCH) {
        const result = await db
          .insertInto('evidence')
          .values(rows.slice(start, start + BATCH).map(columnsOf))
          .onConflict((conflict) => conflict.columns(['incident_id', 'id']).doNothing())
          .executeTakeFirst();
        added += Number(result.numInsertedOrUpdatedRows ?? 0);
      }
      return added;
    },
    async count(incidentId) {
      const { count } = await db
        .selectFrom('evidence')
        .where('incident_id', '=', incidentId)
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    async get(incidentId, id) {
      const row = await db
        .selectFrom('evidence')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? rowOf(row) : null;
    },
    async list({ incidentId, kinds, limit, after }) {
      let query = db
        .selectFrom('evidence')
        .select(WITHOUT_CONTENT)
        .where('incident_id', '=', incidentId)
        .orderBy(sql`observed_at desc nulls last`)
        .orderBy('id')
        .limit(limit);
      if (kinds) query = query.where('kind', 'in', [...kinds]);
      if (after) query = query.where(beyond(after));
      return (await query.execute()).map((row) => rowOf({ ...row, content: null }));
    },
  };
}

const WITHOUT_CONTENT = [
  'incident_id',
  'id',
  'kind',
  'source',
  'subject',
  'namespace',
  'observed_at',
  'collected_at',
  'text',
  'query',
  'redacted',
] as const;

function beyond({ observedAt, id }: { readonly observedAt: number | null; readonly id: string }) {
  if (observedAt === null) return sql<boolean>`observed_at is null and id > ${id}`;
  const at = moment(observedAt);
  return sql<boolean>`(observed_at < ${at} or observed_at is null or (observed_at = ${at} and id > ${id}))`;
}

function columnsOf(row: EvidenceRow) {
  return {
    incident_id: row.incidentId,
    id: row.id,
    kind: row.kind,
    source: row.source,
    subject: row.subject === null ? null : json(row.subject),
    namespace: row.namespace,
    observed_at: row.observedAt === null ? null : new Date(row.observedAt),
    collected_at: new Date(row.collectedAt),
    text: plainText(row.text),
    query: plainText(row.query),
    redacted: row.redacted,
    content: row.content === null ? null : json(row.content),
  };
}

function rowOf(row: Selectable<EvidenceTable>): EvidenceRow {
  return {
    incidentId: row.incident_id,
    id: row.id,
    kind: row.kind,
    source: row.source,
    subject: row.subject,
    namespace: row.namespace,
    observedAt: row.observed_at,
    collectedAt: row.collected_at,
    text: row.text,
    query: row.query,
    redacted: row.redacted,
    content: row.content,
  };
}
