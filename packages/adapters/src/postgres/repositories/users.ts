import type { Role } from '@headwater/core/access/actor.ts';
import type { Throttle, User, UserChanges, UserRepository } from '@headwater/engine/ports/store/users.ts';
import { type Kysely, type Selectable, sql } from 'kysely';
import type { AppUserTable, Database } from '../schema.ts';
import { moment } from '../values.ts';

/** Users, their roles and their failed sign-ins in PostgreSQL. */
export function usersRepository(db: Kysely<Database>): UserRepository {
  return { ...people(db), ...roles(db), ...throttles(db) };
}

type People = Pick<UserRepository, 'insert' | 'byId' | 'byLogin' | 'any' | 'lockAll' | 'list' | 'update'>;

function people(db: Kysely<Database>): People {
  return {
    async insert(user) {
      await db.insertInto('app_user').values(rowOf(user)).execute();
    },
    async byId(id) {
      const row = await db.selectFrom('app_user').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? userOf(row) : null;
    },
    async byLogin(login) {
      const row = await db
        .selectFrom('app_user')
        .selectAll()
        .where(sql<string>`lower(login)`, '=', login.toLowerCase())
        .executeTakeFirst();
      return row ? userOf(row) : null;
    },
    async any() {
      return (await db.selectFrom('app_user').select('id').limit(1).execute()).length > 0;
    },
    async lockAll() {
      await sql`lock table app_user in share row exclusive mode`.execute(db);
    },
    async list({ after, limit, query }) {
      let select = db.selectFrom('app_user').selectAll().orderBy(sql`lower(login)`).limit(limit);
      if (after !== null) select = select.where(sql<string>`lower(login)`, '>', after.toLowerCase());
      if (query) {
        // strpos, not LIKE: the text is the caller's and may hold % and _.
        const text = sql<string>`lower(concat_ws(' ', login, display_name, email))`;
        select = select.where(sql<boolean>`strpos(${text}, ${query.toLowerCase()}) > 0`);
      }
      return (await select.execute()).map(userOf);
    },
    async update(id, changes, { now, version }) {
      let update = db
        .updateTable('app_user')
        .set((eb) => ({ ...columnsOf(changes), updated_at: new Date(now), version: eb('version', '+', 1) }))
        .where('id', '=', id);
      if (version !== undefined) update = update.where('version', '=', version);
      const row = await update.returningAll().executeTakeFirst();
      return row ? userOf(row) : null;
    },
  };
}

type Roles = Pick<UserRepository, 'bindings' | 'bind' | 'unbind' | 'lockAdmins'>;

function roles(db: Kysely<Database>): Roles {
  return {
    async bindings(kind, holderIds) {
      if (holderIds.length === 0) return [];
      const rows = await db
        .selectFrom('role_binding')
        .select(['id', 'holder_id as holderId', 'role', 'cluster', 'namespace'])
        .where('holder_kind', '=', kind)
        .where('holder_id', 'in', [...holderIds])
        .orderBy('id')
        .execute();
      return rows;
    },
    async bind(holder, { id, role, cluster, namespace }) {
      const result = await db
        .insertInto('role_binding')
        .values({ id, holder_kind: holder.kind, holder_id: holder.id, role, cluster, namespace })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    async unbind(holder, bindingId) {
      const result = await db
        .deleteFrom('role_binding')
        .where('holder_kind', '=', holder.kind)
        .where('holder_id', '=', holder.id)
        .where('id', '=', bindingId)
        .executeTakeFirst();
      return result.numDeletedRows === 1n;
    },
    async lockAdmins() {
      const admin: Role = 'admin';
      const rows = await db
        .selectFrom('app_user')
        .select('app_user.id')
        .innerJoin('role_binding', 'role_binding.holder_id', 'app_user.id')
        .where('role_binding.holder_kind', '=', 'user')
        .where('role_binding.role', '=', admin)
        .where('role_binding.cluster', '=', '*')
        .where('role_binding.namespace', '=', '*')
        .where('app_user.disabled_at', 'is', null)
        .orderBy('app_user.id')
        .forUpdate()
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}

type Throttles = Pick<UserRepository, 'lockThrottles' | 'saveThrottle' | 'clearThrottles' | 'forgetThrottles'>;

function throttles(db: Kysely<Database>): Throttles {
  return {
    async lockThrottles(keys, now) {
      const sorted = [...keys].sort();
      const rows = sorted.map((key) => ({ key, failures: 0, last_failure_at: new Date(now) }));
      await db
        .insertInto('sign_in_throttle')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const found = await db
        .selectFrom('sign_in_throttle')
        .selectAll()
        .where('key', 'in', sorted)
        .orderBy('key')
        .forUpdate()
        .execute();
      return new Map<string, Throttle>(
        found.map((row) => [
          row.key,
          { failures: row.failures, lastFailureAt: row.last_failure_at, lockedUntil: row.locked_until },
        ]),
      );
    },
    async saveThrottle(key, { failures, lastFailureAt, lockedUntil }) {
      const values = {
        failures,
        last_failure_at: new Date(lastFailureAt),
        locked_until: lockedUntil === null ? null : new Date(lockedUntil),
      };
      await db
        .insertInto('sign_in_throttle')
        .values({ key, ...values })
        .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
        .execute();
    },
    async clearThrottles(keys) {
      await db
        .deleteFrom('sign_in_throttle')
        .where('key', 'in', [...keys])
        .execute();
    },
    async forgetThrottles(before) {
      await db.deleteFrom('sign_in_throttle').where('last_failure_at', '<', moment(before)).execute();
    },
  };
}

function rowOf(user: User) {
  return {
    id: user.id,
    login: user.login,
    display_name: user.displayName,
    email: user.email,
    language: user.language,
    password_hash: user.passwordHash,
    must_change_password: user.mustChangePassword,
    disabled_at: user.disabledAt === null ? null : new Date(user.disabledAt),
    created_at: new Date(user.createdAt),
    updated_at: new Date(user.updatedAt),
    version: user.version,
  };
}

function columnsOf(changes: UserChanges) {
  const { displayName, email, language, passwordHash, mustChangePassword, disabledAt } = changes;
  return {
    ...(displayName !== undefined && { display_name: displayName }),
    ...(email !== undefined && { email }),
    ...(language !== undefined && { language }),
    ...(passwordHash !== undefined && { password_hash: passwordHash }),
    ...(mustChangePassword !== undefined && { must_change_password: mustChangePassword }),
    ...(disabledAt !== undefined && { disabled_at: disabledAt === null ? null : new Date(disabledAt) }),
  };
}

function userOf(row: Selectable<AppUserTable>): User {
  return {
    id: row.id,
    login: row.login,
    displayName: row.display_name,
    email: row.email,
    language: row.language,
    passwordHash: row.password_hash,
    mustChangePassword: row.must_change_password,
    disabledAt: row.disabled_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
  };
}
