import type { IdempotencyRepository, KeptAnswer, KeyedRequest } from '@headwater/engine/ports/store/idempotency.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { json } from '../values.ts';

/** Answers kept under the caller's keys, in PostgreSQL. */
export function idempotencyRepository(db: Kysely<Database>): IdempotencyRepository {
  return {
    async take({ actorId, key, requestHash }, { now, abandoned }) {
      const taken = await db
        .insertInto('idempotency_key')
        .values({ actor_id: actorId, key, request_hash: requestHash, created_at: new Date(now) })
        .onConflict((conflict) =>
          conflict
            .columns(['actor_id', 'key'])
            .doUpdateSet({ created_at: new Date(now) })
            .where('idempotency_key.status', 'is', null)
            .where('idempotency_key.request_hash', '=', requestHash)
            .where(sql<boolean>`idempotency_key.created_at < ${new Date(abandoned)}`),
        )
        .returning('key')
        .executeTakeFirst();
      if (taken) return { state: 'taken' };
      const kept = await db
        .selectFrom('idempotency_key')
        .select(['request_hash', 'status', 'response'])
        .where('actor_id', '=', actorId)
        .where('key', '=', key)
        .executeTakeFirst();
      // Given back between the two statements: as if it were still being answered, and the caller tries again.
      if (!kept) return { state: 'in-flight' };
      if (kept.request_hash !== requestHash) return { state: 'other-request' };
      if (kept.status === null) return { state: 'in-flight' };
      const response = kept.response as Omit<KeptAnswer, 'status'>;
      return { state: 'answered', answer: { status: kept.status, ...response } };
    },
    async answer(request, { status, body, headers }) {
      await db
        .updateTable('idempotency_key')
        .set({ status, response: json({ body, headers }) })
        .where(own(request))
        .execute();
    },
    async release(request) {
      await db.deleteFrom('idempotency_key').where(own(request)).where('status', 'is', null).execute();
    },
    async forget(before) {
      const { numDeletedRows } = await db
        .deleteFrom('idempotency_key')
        .where('created_at', '<', sql<number>`${new Date(before)}`)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function own({ actorId, key, requestHash }: KeyedRequest) {
  return sql<boolean>`actor_id = ${actorId} and key = ${key} and request_hash = ${requestHash}`;
}
