import { MATCHER_OPERATORS, type LabelMatcher } from '@headwater/core/grouping/matchers.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import type { Maintenance, MaintenanceRepository } from '@headwater/engine/ports/store/maintenance.ts';
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely';
import type { Database, MaintenanceTable } from '../schema.ts';
import { json, moment } from '../values.ts';
import { inScope } from './in-scope.ts';

/** Maintenance windows in PostgreSQL. */
export function maintenanceRepository(db: Kysely<Database>): MaintenanceRepository {
  return {
    async insert(row) {
      await db.insertInto('maintenance').values(rowOf(row)).execute();
    },
    async get(id) {
      const row = await db.selectFrom('maintenance').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? maintenanceOf(row) : null;
    },
    async list({ scope, activeAt, before, limit }) {
      let query = db.selectFrom('maintenance').selectAll().orderBy('id', 'desc').limit(limit);
      if (!scope.everything) query = query.where(inScope(scope, 'cluster', 'namespaces'));
      if (activeAt !== undefined) query = query.where(running(activeAt));
      if (before !== null) query = query.where('id', '<', before);
      return (await query.execute()).map(maintenanceOf);
    },
    async active(cluster, at) {
      const rows = await db
        .selectFrom('maintenance')
        .selectAll()
        .where(running(at))
        .where((where) => where.or([where('cluster', 'is', null), where('cluster', '=', cluster)]))
        .orderBy('id')
        .execute();
      return rows.map(maintenanceOf);
    },
    async end(id, at, by) {
      const result = await db
        .updateTable('maintenance')
        .set({ ended_at: new Date(at), ended_by: by })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .where('ends_at', '>', moment(at))
        .executeTakeFirst();
      return result.numUpdatedRows > 0n;
    },
  };
}

function running(at: number): RawBuilder<boolean> {
  const now = new Date(at);
  return sql<boolean>`(starts_at <= ${now} and ends_at > ${now} and ended_at is null)`;
}

function rowOf(row: Maintenance) {
  return {
    id: row.id,
    cluster: row.cluster,
    namespaces: [...row.namespaces],
    matchers: json(row.matchers),
    starts_at: new Date(row.startsAt),
    ends_at: new Date(row.endsAt),
    comment: row.comment,
    created_by: row.createdBy,
    created_at: new Date(row.createdAt),
    ended_at: row.endedAt === null ? null : new Date(row.endedAt),
    ended_by: row.endedBy,
  };
}

function maintenanceOf(row: Selectable<MaintenanceTable>): Maintenance {
  return {
    id: row.id,
    cluster: row.cluster,
    namespaces: row.namespaces,
    matchers: Array.isArray(row.matchers) ? row.matchers.filter(isMatcher) : [],
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    comment: row.comment,
    createdBy: row.created_by,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
  };
}

function isMatcher(value: unknown): value is LabelMatcher {
  if (!isJsonObject(value)) return false;
  const { label, operator, value: wanted } = value;
  return typeof label === 'string' && typeof wanted === 'string' && MATCHER_OPERATORS.some((one) => one === operator);
}
