import type { CommentRow, CommentsRepository, CommentTarget } from '@headwater/engine/ports/store/comments.ts';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { CommentTable, Database } from '../schema.ts';
import { plainText } from '../values.ts';

/** Comments and votes in PostgreSQL. */
export function commentsRepository(db: Kysely<Database>): CommentsRepository {
  return {
    async insert({ target, ...row }) {
      await db
        .insertInto('comment')
        .values({
          id: row.id,
          target_kind: target.kind,
          target_id: target.id,
          author_id: row.authorId,
          author_name: row.authorName,
          body: plainText(row.body),
          created_at: new Date(row.createdAt),
        })
        .execute();
    },
    async lock(id) {
      const row = await comments(db).where('id', '=', id).forUpdate().executeTakeFirst();
      return row ? commentOf(row) : null;
    },
    async edit(id, body, at) {
      await db
        .updateTable('comment')
        .set({ body: plainText(body), edited_at: new Date(at) })
        .where('id', '=', id)
        .execute();
    },
    async remove(id, at) {
      await db
        .updateTable('comment')
        .set({ deleted_at: new Date(at) })
        .where('id', '=', id)
        .execute();
    },
    async list(target, { after, limit }) {
      let query = comments(db)
        .where('target_kind', '=', target.kind)
        .where('target_id', '=', target.id)
        .orderBy('id')
        .limit(limit);
      if (after !== null) query = query.where('id', '>', after);
      return (await query.execute()).map(commentOf);
    },
    async vote(target, { userId, value, at }) {
      const mine = { target_kind: target.kind, target_id: target.id, user_id: userId };
      const before = await voteOf(db, target, userId);
      if (value === null) {
        await votes(db, target).where('user_id', '=', userId).execute();
        return before;
      }
      await db
        .insertInto('vote')
        .values({ ...mine, value, at: new Date(at) })
        .onConflict((conflict) =>
          conflict.columns(['target_kind', 'target_id', 'user_id']).doUpdateSet({ value, at: new Date(at) }),
        )
        .execute();
      return before;
    },
    async votes(target, userId) {
      const counts = await db
        .selectFrom('vote')
        .select([
          sql<number>`count(*) filter (where value = 'up')`.as('up'),
          sql<number>`count(*) filter (where value = 'down')`.as('down'),
        ])
        .where('target_kind', '=', target.kind)
        .where('target_id', '=', target.id)
        .executeTakeFirstOrThrow();
      return { ...counts, mine: await voteOf(db, target, userId) };
    },
  };
}

function comments(db: Kysely<Database>) {
  return db.selectFrom('comment').selectAll().where('deleted_at', 'is', null);
}

function votes(db: Kysely<Database>, target: CommentTarget) {
  return db.deleteFrom('vote').where('target_kind', '=', target.kind).where('target_id', '=', target.id);
}

async function voteOf(db: Kysely<Database>, target: CommentTarget, userId: string): Promise<'up' | 'down' | null> {
  const row = await db
    .selectFrom('vote')
    .select('value')
    .where('target_kind', '=', target.kind)
    .where('target_id', '=', target.id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.value ?? null;
}

function commentOf(row: Selectable<CommentTable>): CommentRow {
  return {
    id: row.id,
    target: { kind: row.target_kind, id: row.target_id },
    authorId: row.author_id,
    authorName: row.author_name,
    body: row.body,
    createdAt: row.created_at,
    editedAt: row.edited_at,
  };
}
