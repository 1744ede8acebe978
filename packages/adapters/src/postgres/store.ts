import { setTimeout as sleep } from 'node:timers/promises';
import type { JobSender } from '@headwater/engine/ports/jobs.ts';
import type { Repositories, Store } from '@headwater/engine/ports/store.ts';
import type { Kysely } from 'kysely';
import { insideTransaction } from './driver.ts';
import { asAppError, asksForRetry } from './errors.ts';
import { alertsRepository } from './repositories/alerts.ts';
import { alertQueries } from './repositories/alert-queries.ts';
import { auditRepository } from './repositories/audit.ts';
import { commentsRepository } from './repositories/comments.ts';
import { correlationRepository } from './repositories/correlation.ts';
import { diagnosesRepository } from './repositories/diagnoses.ts';
import { eventsRepository } from './repositories/events.ts';
import { evidenceRepository } from './repositories/evidence.ts';
import { idempotencyRepository } from './repositories/idempotency.ts';
import { incidentQueries } from './repositories/incident-queries.ts';
import { incidentsRepository } from './repositories/incidents.ts';
import { journalRepository } from './repositories/journal.ts';
import { maintenanceRepository } from './repositories/maintenance.ts';
import { outboxRepository } from './repositories/outbox.ts';
import { recallRepository } from './repositories/recall.ts';
import { causesRepository } from './repositories/causes.ts';
import { conversationsRepository } from './repositories/conversations.ts';
import { remediationsRepository } from './repositories/remediations.ts';
import { retentionRepository } from './repositories/retention.ts';
import { secretsRepository } from './repositories/secrets.ts';
import { sessionsRepository } from './repositories/sessions.ts';
import { streamTicketsRepository } from './repositories/stream-tickets.ts';
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
    alerts: alertsRepository(db),
    alertQueries: alertQueries(db),
    audit: auditRepository(db),
    comments: commentsRepository(db),
    idempotency: idempotencyRepository(db),
    incidentQueries: incidentQueries(db),
    recall: recallRepository(db),
    journal: journalRepository(db),
    maintenance: maintenanceRepository(db),
    incidents: incidentsRepository(db),
    events: eventsRepository(db),
    correlation: correlationRepository(db),
    diagnoses: diagnosesRepository(db),
    evidence: evidenceRepository(db),
    outbox: outboxRepository(db),
    causes: causesRepository(db),
    conversations: conversationsRepository(db),
    remediations: remediationsRepository(db),
    retention: retentionRepository(db),
    secrets: secretsRepository(db),
    sessions: sessionsRepository(db),
    streamTickets: streamTicketsRepository(db),
    tokens: tokensRepository(db),
    users: usersRepository(db),
  });
  return {
    ...repositories(options.db),
    transaction: (work) => transactionWithRetries(options, (tx) => work(repositories(tx))),
  };
}

/** Runs the work in one transaction, up to five times when the database asks for it again. */
export async function transactionWithRetries<T>(
  { db, random }: Pick<StoreOptions, 'db' | 'random'>,
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
