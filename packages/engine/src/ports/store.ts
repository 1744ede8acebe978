import type { JobSender } from './jobs.ts';
import type { AlertsRepository } from './store/alerts.ts';
import type { AlertQueries } from './store/alert-queries.ts';
import type { AuditRepository } from './store/audit.ts';
import type { CorrelationRepository } from './store/correlation.ts';
import type { CommentsRepository } from './store/comments.ts';
import type { IdempotencyRepository } from './store/idempotency.ts';
import type { IncidentQueries } from './store/incident-queries.ts';
import type { RecallRepository } from './store/recall.ts';
import type { DiagnosesRepository } from './store/diagnoses.ts';
import type { EventsRepository } from './store/events.ts';
import type { EvidenceRepository } from './store/evidence.ts';
import type { IncidentsRepository } from './store/incidents.ts';
import type { JournalRepository } from './store/journal.ts';
import type { MaintenanceRepository } from './store/maintenance.ts';
import type { OutboxRepository } from './store/outbox.ts';
import type { CausesRepository } from './store/causes.ts';
import type { ConversationRepository } from './store/conversations.ts';
import type { RemediationRepository } from './store/remediations.ts';
import type { RetentionRepository } from './store/retention.ts';
import type { SecretRepository } from './store/secrets.ts';
import type { SessionRepository } from './store/sessions.ts';
import type { StreamTicketRepository } from './store/stream-tickets.ts';
import type { TokenRepository } from './store/tokens.ts';
import type { UserRepository } from './store/users.ts';

/** Everything the server keeps, by group; each group has its interface in `store/<group>.ts`. */
export interface Repositories {
  readonly alerts: AlertsRepository;
  readonly alertQueries: AlertQueries;
  readonly audit: AuditRepository;
  readonly comments: CommentsRepository;
  readonly idempotency: IdempotencyRepository;
  readonly incidentQueries: IncidentQueries;
  readonly recall: RecallRepository;
  readonly correlation: CorrelationRepository;
  readonly diagnoses: DiagnosesRepository;
  readonly events: EventsRepository;
  readonly evidence: EvidenceRepository;
  readonly incidents: IncidentsRepository;
  readonly jobs: JobSender;
  readonly journal: JournalRepository;
  readonly maintenance: MaintenanceRepository;
  readonly outbox: OutboxRepository;
  readonly causes: CausesRepository;
  readonly conversations: ConversationRepository;
  readonly remediations: RemediationRepository;
  readonly retention: RetentionRepository;
  readonly secrets: SecretRepository;
  readonly sessions: SessionRepository;
  readonly streamTickets: StreamTicketRepository;
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
