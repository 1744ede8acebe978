import type { AuditEntry, AuditFilter, AuditRepository } from '@headwater/engine/ports/store/audit.ts';
import type { Kysely, Selectable } from 'kysely';
import type { AuditTable, Database } from '../schema.ts';
import { json, moment } from '../values.ts';
import { inScope } from './in-scope.ts';

/** The audit in PostgreSQL. */
export function auditRepository(db: Kysely<Database>): AuditRepository {
  return {
    async append(entry) {
      await db.insertInto('audit').values(rowOf(entry)).execute();
    },
    async list(filter, { before, limit }) {
      let query = narrowed(db, filter).selectAll().orderBy('id', 'desc').limit(limit);
      if (before !== null) query = query.where('id', '<', before);
      return (await query.execute()).map(entryOf);
    },
  };
}

function narrowed(db: Kysely<Database>, { scope, from, to, ...exact }: AuditFilter) {
  let query = db.selectFrom('audit');
  if (!scope.everything) query = query.where(inScope(scope, 'cluster', 'namespaces'));
  if (exact.actorId !== undefined) query = query.where('actor_id', '=', exact.actorId);
  if (exact.action !== undefined) query = query.where('action', '=', exact.action);
  if (exact.targetKind !== undefined) query = query.where('target_kind', '=', exact.targetKind);
  if (exact.targetId !== undefined) query = query.where('target_id', '=', exact.targetId);
  if (from !== undefined) query = query.where('at', '>=', moment(from));
  if (to !== undefined) query = query.where('at', '<', moment(to));
  return query;
}

function rowOf(entry: Omit<AuditEntry, 'id'>) {
  return {
    at: new Date(entry.at),
    actor_kind: entry.actorKind,
    actor_id: entry.actorId,
    actor_name: entry.actorName,
    action: entry.action,
    target_kind: entry.targetKind,
    target_id: entry.targetId,
    cluster: entry.cluster,
    namespaces: [...entry.namespaces],
    before: entry.before === null ? null : json(entry.before),
    after: entry.after === null ? null : json(entry.after),
    request_id: entry.requestId,
    remote_address: entry.remoteAddress,
  };
}

function entryOf(row: Selectable<AuditTable>): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actorName: row.actor_name,
    action: row.action,
    targetKind: row.target_kind,
    targetId: row.target_id,
    cluster: row.cluster,
    namespaces: row.namespaces,
    before: row.before,
    after: row.after,
    requestId: row.request_id,
    remoteAddress: row.remote_address,
  };
}
