import type { SessionRepository, SessionToken } from '@headwater/engine/ports/store/sessions.ts';
import type { Kysely, Selectable } from 'kysely';
import type { Database, SessionTable } from '../schema.ts';
import { moment } from '../values.ts';

/** Sessions in PostgreSQL: one row per refresh token. */
export function sessionsRepository(db: Kysely<Database>): SessionRepository {
  return {
    async insert(token) {
      await db.insertInto('session').values(rowOf(token)).execute();
    },
    async lockByHash(tokenHash) {
      const found = await db
        .selectFrom('session')
        .select('family')
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      if (!found) return null;
      const rows = await db
        .selectFrom('session')
        .selectAll()
        .where('family', '=', found.family)
        .orderBy('id')
        .forUpdate()
        .execute();
      const row = rows.find(({ token_hash }) => token_hash === tokenHash);
      return row ? tokenOf(row) : null;
    },
    async useFamily(family, now) {
      await db
        .updateTable('session')
        .set({ used_at: new Date(now) })
        .where('family', '=', family)
        .where('used_at', 'is', null)
        .execute();
    },
    async revoke(which, { now, reason }) {
      let update = db
        .updateTable('session')
        .set({ revoked_at: new Date(now), revoke_reason: reason })
        .where('revoked_at', 'is', null);
      if ('family' in which) update = update.where('family', '=', which.family);
      else {
        update = update.where('user_id', '=', which.userId);
        if (which.except !== undefined) update = update.where('family', '<>', which.except);
      }
      const rows = await update.returning('family').execute();
      return new Set(rows.map(({ family }) => family)).size;
    },
    async current(family) {
      const row = await newest(db).where('family', '=', family).executeTakeFirst();
      return row ? tokenOf(row) : null;
    },
    async live(userId, now) {
      const rows = await newest(db)
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', moment(now))
        .execute();
      return rows.map(tokenOf).sort((a, b) => b.createdAt - a.createdAt);
    },
    async forget(before) {
      const result = await db.deleteFrom('session').where('expires_at', '<', moment(before)).executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}

function newest(db: Kysely<Database>) {
  return db.selectFrom('session').distinctOn('family').selectAll().orderBy('family').orderBy('id', 'desc');
}

function rowOf(token: SessionToken) {
  return {
    id: token.id,
    family: token.family,
    user_id: token.userId,
    token_hash: token.tokenHash,
    signed_in_at: new Date(token.signedInAt),
    created_at: new Date(token.createdAt),
    expires_at: new Date(token.expiresAt),
    used_at: token.usedAt === null ? null : new Date(token.usedAt),
    revoked_at: token.revokedAt === null ? null : new Date(token.revokedAt),
    revoke_reason: token.revokeReason,
    remote_address: token.remoteAddress,
    user_agent: token.userAgent,
  };
}

function tokenOf(row: Selectable<SessionTable>): SessionToken {
  return {
    id: row.id,
    family: row.family,
    userId: row.user_id,
    tokenHash: row.token_hash,
    signedInAt: row.signed_in_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    revokedAt: row.revoked_at,
    revokeReason: row.revoke_reason,
    remoteAddress: row.remote_address,
    userAgent: row.user_agent,
  };
}
