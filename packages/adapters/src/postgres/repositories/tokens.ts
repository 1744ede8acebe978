import type { ApiToken, TokenRepository } from '@headwater/engine/ports/store/tokens.ts';
import type { Kysely, Selectable } from 'kysely';
import type { ApiTokenTable, Database } from '../schema.ts';

/** API tokens in PostgreSQL; their roles are bindings like those of users. */
export function tokensRepository(db: Kysely<Database>): TokenRepository {
  return {
    async insert(token) {
      await db.insertInto('api_token').values(rowOf(token)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('api_token').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? tokenOf(row) : null;
    },
    async byHash(tokenHash) {
      const row = await db.selectFrom('api_token').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
      return row ? tokenOf(row) : null;
    },
    async list({ before, limit }) {
      let query = db.selectFrom('api_token').selectAll().orderBy('id', 'desc').limit(limit);
      if (before !== null) query = query.where('id', '<', before);
      return (await query.execute()).map(tokenOf);
    },
    async touch(id, now) {
      await db
        .updateTable('api_token')
        .set({ last_used_at: new Date(now) })
        .where('id', '=', id)
        .execute();
    },
    async revoke(id, now) {
      const result = await db
        .updateTable('api_token')
        .set({ revoked_at: new Date(now) })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

function rowOf(token: ApiToken) {
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    token_hash: token.tokenHash,
    created_by: token.createdBy,
    created_at: new Date(token.createdAt),
    expires_at: token.expiresAt === null ? null : new Date(token.expiresAt),
    last_used_at: token.lastUsedAt === null ? null : new Date(token.lastUsedAt),
    revoked_at: token.revokedAt === null ? null : new Date(token.revokedAt),
  };
}

function tokenOf(row: Selectable<ApiTokenTable>): ApiToken {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    tokenHash: row.token_hash,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
