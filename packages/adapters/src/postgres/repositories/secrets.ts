import type { SecretRepository } from '@headwater/engine/ports/store/secrets.ts';
import type { Kysely } from 'kysely';
import type { Database } from '../schema.ts';

/** The secrets of this installation in PostgreSQL. */
export function secretsRepository(db: Kysely<Database>): SecretRepository {
  return {
    async keep(name, proposed, now) {
      // Two processes may start at once: whose insert came first decides for both.
      await db
        .insertInto('instance_secret')
        .values({ name, value: proposed, created_at: new Date(now) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await db
        .selectFrom('instance_secret')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return row.value;
    },
  };
}
