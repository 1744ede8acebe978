import type { JobSender } from './jobs.ts';
import type { AuditRepository } from './store/audit.ts';
import type { DiagnosesRepository } from './store/diagnoses.ts';
import type { EvidenceRepository } from './store/evidence.ts';
import type { OutboxRepository } from './store/outbox.ts';
import type { SecretRepository } from './store/secrets.ts';
import type { SessionRepository } from './store/sessions.ts';
import type { TokenRepository } from './store/tokens.ts';
import type { UserRepository } from './store/users.ts';

/** Everything the server keeps, by group; each group has its interface in `store/<group>.ts`. */
export interface Repositories {
  readonly audit: AuditRepository;
  readonly diagnoses: DiagnosesRepository;
  readonly evidence: EvidenceRepository;
  readonly jobs: JobSender;
  readonly outbox: OutboxRepository;
  readonly secrets: SecretRepository;
  readonly sessions: SessionRepository;
  readonly tokens: TokenRepository;
  readonly users: UserRepository;
}

/** The database. Its errors are AppError: `unavailable` when it cannot be reached, `conflict` when a constraint refused. */
export interface Store extends Repositories {
  /**
   * Runs the work in one transaction, again from the start when the database asks for it (serialization, deadlock):
   * the work must have no effect outside the `tx` it is given.
   */
  transaction<T>(work: (tx: Repositories) => Promise<T>): Promise<T>;
}
