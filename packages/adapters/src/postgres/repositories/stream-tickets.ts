import type { StreamTicketRepository } from '@headwater/engine/ports/store/stream-tickets.ts';
import type { Kysely } from 'kysely';
import { moment } from '../values.ts';
import type { Database } from '../schema.ts';

/** Stream tickets in PostgreSQL, so that any process may redeem what another one gave out. */
export function streamTicketsRepository(db: Kysely<Database>): StreamTicketRepository {
  return {
    async insert({ hash, holder, expiresAt, now }) {
      await db.deleteFrom('stream_ticket').where('expires_at', '<=', moment(now)).execute();
      await db
        .insertInto('stream_ticket')
        .values({
          ticket_hash: hash,
          holder_kind: holder.kind,
          holder_id: holder.id,
          session_id: holder.sessionId,
          expires_at: new Date(expiresAt),
        })
        .execute();
    },
    async take(hash, now) {
      const row = await db
        .deleteFrom('stream_ticket')
        .where('ticket_hash', '=', hash)
        .returningAll()
        .executeTakeFirst();
      if (!row || row.expires_at <= now) return null;
      return { kind: row.holder_kind, id: row.holder_id, sessionId: row.session_id };
    },
  };
}
