import type { ConversationRepository } from '@headwater/engine/ports/store/conversations.ts';
import type { Kysely } from 'kysely';
import type { Database } from '../schema.ts';
import { json } from '../values.ts';

export function conversationsRepository(db: Kysely<Database>): ConversationRepository {
  return {
    async add({ id, ownerId, incidentId }, { question, answer, evidence, at }) {
      await db
        .insertInto('conversation')
        .values({ id, owner_id: ownerId, incident_id: incidentId, created_at: new Date(at) })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      const own = db
        .selectFrom('conversation')
        .where('id', '=', id)
        .where('owner_id', '=', ownerId)
        .where('incident_id', '=', incidentId);
      const inserted = await db
        .insertInto('conversation_turn')
        .columns(['conversation_id', 'question', 'answer', 'evidence', 'at'])
        .expression(
          own.select((build) => [
            'id as conversation_id',
            build.val(question).as('question'),
            build.val(answer).as('answer'),
            build.val(json(evidence)).$castTo<string>().as('evidence'),
            build.val(new Date(at)).as('at'),
          ]),
        )
        .executeTakeFirst();
      return inserted.numInsertedOrUpdatedRows === 1n;
    },

    async turns(id, ownerId) {
      const own = db.selectFrom('conversation').select('id').where('id', '=', id).where('owner_id', '=', ownerId);
      if (!(await own.executeTakeFirst())) return null;
      return db
        .selectFrom('conversation_turn')
        .select(['question', 'answer', 'evidence', 'at'])
        .where('conversation_id', '=', id)
        .orderBy('id')
        .execute();
    },
  };
}
