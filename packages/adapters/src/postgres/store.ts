import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSender } from '@headwater/engine/ports/jobs.ts';
import type { Repositories, Store } from '@headwater/engine/ports/store.ts';
import type { Kysely } from 'kysely';
import { insideTransaction } from './driver.ts';
import { asAppError, asksForRetry } from './errors.ts';
import { auditRepository } from './repositories/audit.ts';
import { outboxRepository } from './repositories/outbox.ts';
import { secretsRepository } from './repositories/secrets.ts';
import { sessionsRepository } from './repositories/sessions.ts';
import { tokensRepository } from './repositories/tokens.ts';
import { usersRepository } from './repositories/users.ts';
import type { Database } from './schema.ts';

export interface StoreOptions {
  readonly db: Kysely<Database>;
  /** Sends jobs through the given connection or transaction. */
  readonly jobs: (db: Kysely<Database>) => JobSender;
  /** 0..1, spreads the retries of transactions that collided. */
  readonly random: () => number;
}

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 5;

/** The store over a connection; the schema must be migrated. */
export function createStore(options: StoreOptions): Store {
  const repositories = (db: Kysely<Database>): Repositories => ({
    jobs: options.jobs(db),
    audit: auditRepository(db),
    outbox: outboxRepository(db),
    secrets: secretsRepository(db),
    sessions: sessionsRepository(db),
    tokens: tokensRepository(db),
    users: usersRepository(db),
  });
  return {
    ...repositories(options.db),
    transaction: (work) => transactionWithRetries(options, (tx) => work(repositories(tx))),
  };
}

/** Runs the work in one transaction, up to five times when the database asks for it again. */
async function transactionWithRetries<T>(
  { db, random }: StoreOptions,
  work: (tx: Kysely<Database>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute((tx) => insideTransaction(() => work(tx)));
    } catch (error) {
      if (attempt === ATTEMPTS || !asksForRetry(error)) throw asAppError(error);
      await sleep(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + random()));
    }
  }
}
