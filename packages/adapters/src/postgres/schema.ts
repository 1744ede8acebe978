import type { DecidedBy, RemediationStatus } from '@headwater/core/remediation/decide.ts';
import type { Plan } from '@headwater/core/remediation/plan.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { FieldDifference, JournalAct, JournalWriter } from '@headwater/engine/ports/store/journal.ts';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';

/** Read as milliseconds, written as a Date. */
export type Timestamp = ColumnType<Millis, Date, Date>;
type TimestampWithDefault = ColumnType<Millis, Date | undefined, Date>;
export type NullableTimestamp = ColumnType<Millis | null, Date | null | undefined, Date | null>;
/** Read as the value, written as the text that `json()` makes: the driver would turn an array into a PostgreSQL array. */
export type Json<T> = ColumnType<T, string, string>;
export type NullableJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** Made by the database from other columns. */
type Computed<T> = ColumnType<T, never, never>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;
type WithDefault<T> = Generated<T>;

export interface AlertTable {
  id: string;
  cluster: string;
  fingerprint: string;
  source: string;
  name: string;
  severity: string;
  namespace: string | null;
  labels: Json<Record<string, string>>;
  annotations: Json<Record<string, string>>;
  content_hash: WithDefault<string>;
  extra: JsonWithDefault<Record<string, unknown>>;
  subject: NullableJson<Subject>;
  subject_state: 'resolved' | 'ambiguous' | 'unresolved';
  subject_reason: WithDefault<string>;
  group_key: string | null;
  receiver: string | null;
  generator_url: string | null;
  status: 'firing' | 'resolved';
  flapping_since: NullableTimestamp;
  first_seen_at: Timestamp;
  last_seen_at: Timestamp;
  newest_at: TimestampWithDefault;
  search: Computed<string>;
}

export interface IncidentTable {
  id: string;
  number: GeneratedAlways<number>;
  cluster: string;
  namespaces: string[];
  title: string;
  title_by: WithDefault<'alerts' | 'diagnosis' | 'person'>;
  severity: string;
  severity_by: WithDefault<'alerts' | 'person'>;
  status: 'open' | 'acknowledged' | 'resolved';
  subject: NullableJson<Subject>;
  started_at: Timestamp;
  created_at: Timestamp;
  updated_at: Timestamp;
  acknowledged_at: NullableTimestamp;
  acknowledged_by: string | null;
  snoozed_until: NullableTimestamp;
  assignee: string | null;
  quiet_since: NullableTimestamp;
  resolved_at: NullableTimestamp;
  resolved_by: string | null;
  resolve_reason: string | null;
  reopened: WithDefault<number>;
  hidden: WithDefault<boolean>;
  merged_into: string | null;
  lead_alert_id: string | null;
  alert_count: WithDefault<number>;
  firing_count: WithDefault<number>;
  diagnosis_id: string | null;
  verdict: string | null;
  cause: string | null;
  cause_category: string | null;
  confidence: string | null;
  analysis_summary: string | null;
  analysis_detail: string | null;
  diagnosis_state: WithDefault<'pending' | 'running' | 'done' | 'failed'>;
  version: WithDefault<number>;
  search: Computed<string>;
}

export interface IncidentKeyTable {
  incident_id: string;
  cluster: string;
  key: string;
  open: boolean;
}

export interface AlertEpisodeTable {
  id: string;
  alert_id: string;
  starts_at: Timestamp;
  ends_at: NullableTimestamp;
  status: 'firing' | 'resolved';
  expires_at: NullableTimestamp;
  ended_by: 'source' | 'expired' | 'superseded' | 'person' | null;
  received_at: Timestamp;
  resolved_received_at: NullableTimestamp;
  repeats: WithDefault<number>;
  incident_id: string | null;
  joined_at: NullableTimestamp;
  joined_by: string | null;
  join_reason: string | null;
  root_key: string | null;
  merged_from: WithDefault<string[]>;
  correlate: WithDefault<boolean>;
  muted_by: string | null;
}

export interface EvidenceTable {
  incident_id: string;
  id: string;
  kind: string;
  source: string;
  subject: NullableJson<Subject>;
  namespace: string | null;
  observed_at: NullableTimestamp;
  collected_at: Timestamp;
  text: string;
  query: string;
  redacted: boolean;
  content: NullableJson<unknown>;
}

export interface DiagnosisTable {
  id: string;
  incident_id: string;
  revision: number;
  phase: 'firing' | 'resolved';
  verdict: string;
  summary: string;
  input_hash: string;
  body: Json<unknown>;
  cause_namespace: Computed<string | null>;
  delta: NullableJson<unknown>;
  requested_by: string | null;
  milliseconds: number;
  created_at: Timestamp;
}

export interface EventTable {
  id: GeneratedAlways<number>;
  at: Timestamp;
  kind: string;
  incident_id: string | null;
  cluster: string | null;
  namespaces: WithDefault<string[]>;
  actor: string;
  payload: Json<Record<string, unknown>>;
}

export interface OutboxTable {
  destination: string;
  incident_id: string;
  wanted_event: number;
  told_event: WithDefault<number>;
  receipt: NullableJson<Readonly<Record<string, unknown>>>;
  attempts: WithDefault<number>;
  next_attempt_at: Timestamp;
  dead: WithDefault<boolean>;
  last_error: string | null;
  updated_at: Timestamp;
}

export interface EventCursorTable {
  name: string;
  last_event: number;
}

export interface AuditTable {
  id: GeneratedAlways<number>;
  at: Timestamp;
  actor_kind: string;
  actor_id: string;
  actor_name: string;
  action: string;
  target_kind: string;
  target_id: string;
  cluster: string | null;
  namespaces: WithDefault<string[]>;
  before: NullableJson<unknown>;
  after: NullableJson<unknown>;
  request_id: string | null;
  remote_address: string | null;
}

export interface AppUserTable {
  id: string;
  login: string;
  display_name: string;
  email: string | null;
  language: WithDefault<string>;
  password_hash: string | null;
  must_change_password: WithDefault<boolean>;
  disabled_at: NullableTimestamp;
  created_at: Timestamp;
  updated_at: Timestamp;
  version: WithDefault<number>;
}

export interface RoleBindingTable {
  id: string;
  holder_kind: 'user' | 'token';
  holder_id: string;
  role: 'viewer' | 'responder' | 'approver' | 'admin' | 'sender';
  cluster: WithDefault<string>;
  namespace: WithDefault<string>;
}

export interface StreamTicketTable {
  ticket_hash: string;
  holder_kind: 'user' | 'token';
  holder_id: string;
  session_id: string | null;
  expires_at: Timestamp;
}

export interface SessionTable {
  id: string;
  family: string;
  user_id: string;
  token_hash: string;
  signed_in_at: Timestamp;
  created_at: Timestamp;
  expires_at: Timestamp;
  used_at: NullableTimestamp;
  revoked_at: NullableTimestamp;
  revoke_reason: string | null;
  remote_address: string | null;
  user_agent: string | null;
}

export interface SignInThrottleTable {
  key: string;
  failures: number;
  last_failure_at: Timestamp;
  locked_until: NullableTimestamp;
}

export interface ApiTokenTable {
  id: string;
  name: string;
  prefix: string;
  token_hash: string;
  created_by: string;
  created_at: Timestamp;
  expires_at: NullableTimestamp;
  last_used_at: NullableTimestamp;
  revoked_at: NullableTimestamp;
}

export interface CommentTable {
  id: string;
  target_kind: 'incident' | 'alert';
  target_id: string;
  author_id: string;
  author_name: string;
  body: string;
  created_at: Timestamp;
  edited_at: NullableTimestamp;
  deleted_at: NullableTimestamp;
}

export interface VoteTable {
  target_kind: 'incident' | 'alert';
  target_id: string;
  user_id: string;
  value: 'up' | 'down';
  at: Timestamp;
}

export interface MaintenanceTable {
  id: string;
  cluster: string | null;
  namespaces: WithDefault<string[]>;
  matchers: Json<unknown>;
  starts_at: Timestamp;
  ends_at: Timestamp;
  comment: string;
  created_by: string;
  created_at: Timestamp;
  ended_at: NullableTimestamp;
  ended_by: string | null;
}

export interface RecallDocumentTable {
  incident_id: string;
  model: string;
  id: string;
  summary: string;
  search: Computed<string>;
  created_at: Timestamp;
}

export interface RemediationTable {
  id: string;
  incident_id: string;
  plan: Json<Plan>;
  plan_hash: string;
  status: RemediationStatus;
  proposed_by: Json<DecidedBy>;
  proposed_at: Timestamp;
  approved_by: NullableJson<DecidedBy>;
  approved_at: NullableTimestamp;
  executed_by: NullableJson<DecidedBy>;
  started_at: NullableTimestamp;
  finished_at: NullableTimestamp;
  outcome: string | null;
}

export interface ConversationTable {
  id: string;
  owner_id: string;
  incident_id: string;
  created_at: Timestamp;
}

export interface ConversationTurnTable {
  id: GeneratedAlways<number>;
  conversation_id: string;
  question: string;
  answer: string;
  evidence: Json<readonly string[]>;
  at: Timestamp;
}

export interface JournalContentTable {
  hash: string;
  body: Buffer;
  size: number;
  used_at: Timestamp;
}

export interface JournalObjectTable {
  id: GeneratedAlways<number>;
  cluster: string;
  kind: string;
  api_group: string;
  namespace: string;
  name: string;
  uid: string;
  resource_version: string;
  content: string;
  deleted: boolean;
  observed_at: Timestamp;
}

export interface JournalVersionTable {
  id: GeneratedAlways<number>;
  object_id: number;
  cluster: string;
  kind: string;
  namespace: string | null;
  name: string;
  act: JournalAct;
  at: Timestamp;
  no_earlier_than: NullableTimestamp;
  observed_at: Timestamp;
  resource_version: string;
  writer: NullableJson<JournalWriter>;
  actor: string | null;
  by_hand: WithDefault<boolean>;
  diff: Json<readonly FieldDifference[]>;
  content: string;
  previous: string | null;
}

export interface JournalClusterTable {
  cluster: string;
  followed_since: Timestamp;
  followed_until: Timestamp;
}

export interface IdempotencyKeyTable {
  actor_id: string;
  key: string;
  request_hash: string;
  status: number | null;
  response: NullableJson<unknown>;
  created_at: Timestamp;
}

export interface InstanceSecretTable {
  name: string;
  value: string;
  created_at: Timestamp;
}

/** Every table, as the migrations make it; a test compares this with the live schema. */
export interface Database {
  alert: AlertTable;
  incident: IncidentTable;
  incident_key: IncidentKeyTable;
  alert_episode: AlertEpisodeTable;
  evidence: EvidenceTable;
  diagnosis: DiagnosisTable;
  event: EventTable;
  outbox: OutboxTable;
  event_cursor: EventCursorTable;
  audit: AuditTable;
  app_user: AppUserTable;
  role_binding: RoleBindingTable;
  session: SessionTable;
  stream_ticket: StreamTicketTable;
  sign_in_throttle: SignInThrottleTable;
  api_token: ApiTokenTable;
  comment: CommentTable;
  vote: VoteTable;
  maintenance: MaintenanceTable;
  recall_document: RecallDocumentTable;
  remediation: RemediationTable;
  conversation: ConversationTable;
  conversation_turn: ConversationTurnTable;
  journal_content: JournalContentTable;
  journal_object: JournalObjectTable;
  journal_version: JournalVersionTable;
  journal_cluster: JournalClusterTable;
  idempotency_key: IdempotencyKeyTable;
  instance_secret: InstanceSecretTable;
}
