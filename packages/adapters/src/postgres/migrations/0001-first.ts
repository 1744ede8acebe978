/** Everything the first server keeps. Only what PostgreSQL 15 knows. */
export const sql = `
create table alert (
  id text primary key,
  cluster text not null,
  fingerprint text not null,
  source text not null,
  name text not null,
  severity text not null,
  namespace text,
  labels jsonb not null,
  annotations jsonb not null,
  content_hash text not null default '',
  extra jsonb not null default '{}',
  subject jsonb,
  subject_state text not null check (subject_state in ('resolved', 'ambiguous', 'unresolved')),
  subject_reason text not null default '',
  group_key text,
  receiver text,
  generator_url text,
  status text not null check (status in ('firing', 'resolved')),
  flapping_since timestamptz,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- When its newest episode came in. Unlike last_seen_at it stays while a message is repeated, so repeats touch no index.
  newest_at timestamptz not null default now(),
  -- Words cost more than all the rest of an insert: labels and the beginning of the summary are what people look for.
  search tsvector generated always as (to_tsvector('simple', left(translate(name || ' ' || coalesce(namespace, '') || ' ' ||
    (labels)::text || ' ' || left(coalesce(annotations ->> 'summary', annotations ->> 'description', annotations ->> 'message', ''), 200),
    '/.:@=_', '      '), 100000))) stored,
  constraint alert_identity unique (cluster, fingerprint)
-- Alerts of a few KB stay in their row uncompressed: compressing costs more than the room.
) with (fillfactor = 80, toast_tuple_target = 8000);
create index alert_newest on alert (newest_at desc, id desc);
create index alert_name on alert (name, newest_at desc, id desc);
create index alert_namespace on alert (namespace, newest_at desc, id desc);
create index alert_labels on alert using gin (labels jsonb_path_ops);
create index alert_search on alert using gin (search);

create table incident (
  id text primary key,
  number bigint generated always as identity unique,
  cluster text not null,
  namespaces text[] not null,
  title text not null,
  title_by text not null default 'alerts' check (title_by in ('alerts', 'diagnosis', 'person')),
  severity text not null,
  severity_by text not null default 'alerts' check (severity_by in ('alerts', 'person')),
  status text not null check (status in ('open', 'acknowledged', 'resolved')),
  subject jsonb,
  started_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  snoozed_until timestamptz,
  assignee text,
  quiet_since timestamptz,
  resolved_at timestamptz,
  resolved_by text,
  resolve_reason text,
  reopened integer not null default 0,
  hidden boolean not null default false,
  merged_into text references incident (id),
  lead_alert_id text,
  alert_count integer not null default 0,
  firing_count integer not null default 0,
  diagnosis_id text,
  verdict text,
  cause text,
  cause_category text,
  confidence text,
  analysis_summary text,
  analysis_detail text,
  diagnosis_state text not null default 'pending' check (diagnosis_state in ('pending', 'running', 'done', 'failed')),
  version integer not null default 1,
  search tsvector generated always as (to_tsvector('simple', left(translate(
    title || ' ' || cluster || ' ' || coalesce(cause, '') || ' ' || coalesce(cause_category, '') || ' ' || coalesce(analysis_summary, '') || ' ' || coalesce((subject)::text, ''),
    '/.:@=_', '      '), 100000))) stored
) with (fillfactor = 80);
create index incident_newest on incident (started_at desc, id desc) where not hidden and merged_into is null;
create index incident_by_status on incident (status, started_at desc, id desc) where not hidden and merged_into is null;
-- Few are unresolved among many, and the list people look at most holds only those.
create index incident_unresolved on incident (started_at desc, id desc) where status <> 'resolved' and not hidden and merged_into is null;
create index incident_updated on incident (updated_at desc, id desc) where not hidden and merged_into is null;
create index incident_gravest on incident (
  (case severity when 'critical' then 4 when 'high' then 3 when 'warning' then 2 when 'info' then 1 else 0 end) desc, started_at desc, id desc
) where not hidden and merged_into is null;
create index incident_cluster on incident (cluster, started_at desc, id desc) where not hidden and merged_into is null;
create index incident_category on incident (cause_category, started_at desc, id desc) where cause_category is not null;
create index incident_same_cause on incident (cluster, cause_category) where status <> 'resolved' and merged_into is null and cause_category is not null;
create index incident_verdict on incident (verdict, started_at desc, id desc) where verdict is not null;
create index incident_subject on incident ((subject ->> 'name'), started_at desc, id desc) where subject is not null;
create index incident_assignee on incident (assignee, started_at desc, id desc) where assignee is not null;
create index incident_hidden on incident (started_at desc, id desc) where hidden and merged_into is null;
create index incident_merged on incident (merged_into) where merged_into is not null;
create index incident_over on incident (resolved_at) where status = 'resolved';
create index incident_quiet on incident (quiet_since) where status <> 'resolved' and quiet_since is not null;
create index incident_snoozed on incident (snoozed_until) where snoozed_until is not null;
create index incident_search on incident using gin (search);
create index incident_namespaces on incident using gin (namespaces);

-- What an incident is about, as correlation sees it; the partial index is the rule "one open incident per correlation key".
create table incident_key (
  incident_id text not null references incident (id) on delete cascade,
  cluster text not null,
  key text not null,
  open boolean not null,
  primary key (incident_id, key)
);
create unique index incident_key_open on incident_key (cluster, key) where open;

create table alert_episode (
  id text primary key,
  alert_id text not null references alert (id) on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz,
  status text not null check (status in ('firing', 'resolved')),
  expires_at timestamptz,
  ended_by text check (ended_by in ('source', 'expired', 'superseded', 'person')),
  received_at timestamptz not null,
  resolved_received_at timestamptz,
  repeats integer not null default 0,
  incident_id text references incident (id),
  joined_at timestamptz,
  joined_by text,
  join_reason text,
  root_key text,
  merged_from text[] not null default '{}',
  correlate boolean not null default true,
  muted_by text,
  constraint alert_episode_start unique (alert_id, starts_at)
) with (fillfactor = 80);
create unique index alert_episode_open on alert_episode (alert_id) where status = 'firing';
create index alert_episode_waiting on alert_episode (received_at, id) where correlate;
create index alert_episode_incident on alert_episode (incident_id, starts_at, id);
create index alert_episode_firing on alert_episode (incident_id) where status = 'firing';
create index alert_episode_muted on alert_episode (muted_by) where status = 'firing' and muted_by is not null;
create index alert_flapping on alert (flapping_since) where flapping_since is not null;
create function note_newest_episode() returns trigger language plpgsql as $$
begin
  update alert a set newest_at = f.at
  from (select alert_id, max(received_at) as at from fresh group by alert_id) f
  where a.id = f.alert_id and a.newest_at < f.at;
  return null;
end $$;
create trigger alert_episode_came_in after insert on alert_episode
  referencing new table as fresh for each statement execute function note_newest_episode();
create index alert_episode_expiry on alert_episode (expires_at) where status = 'firing' and expires_at is not null;

create table evidence (
  incident_id text not null references incident (id) on delete cascade,
  id text not null,
  kind text not null,
  source text not null,
  subject jsonb,
  namespace text,
  observed_at timestamptz,
  collected_at timestamptz not null,
  text text not null,
  query text not null,
  redacted boolean not null,
  content jsonb,
  primary key (incident_id, id)
);

create table diagnosis (
  id text primary key,
  incident_id text not null references incident (id) on delete cascade,
  revision integer not null,
  phase text not null check (phase in ('firing', 'resolved')),
  verdict text not null,
  summary text not null,
  input_hash text not null,
  body jsonb not null,
  cause_namespace text generated always as (body #>> '{causes,0,subject,namespace}') stored,
  delta jsonb,
  requested_by text,
  milliseconds integer not null,
  created_at timestamptz not null,
  unique (incident_id, revision)
);

-- What happened to an incident, in the order of commit; the stream, the timeline and every outgoing notification read it.
create table event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null,
  incident_id text references incident (id) on delete cascade,
  cluster text,
  namespaces text[] not null default '{}',
  actor text not null,
  payload jsonb not null
);
create index event_incident on event (incident_id, id) where incident_id is not null;
create index event_loose on event (at) where incident_id is null;

-- What each destination outside must still be told of an incident: up to wanted_event, and it knows up to told_event.
create table outbox (
  destination text not null,
  incident_id text not null references incident (id) on delete cascade,
  wanted_event bigint not null,
  told_event bigint not null default 0,
  receipt jsonb,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  dead boolean not null default false,
  last_error text,
  updated_at timestamptz not null,
  primary key (destination, incident_id)
);
create index outbox_incident on outbox (incident_id);
create index outbox_due on outbox (next_attempt_at) where told_event < wanted_event and not dead;

-- How far each reader of the events has come.
create table event_cursor (
  name text primary key,
  last_event bigint not null
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor_kind text not null,
  actor_id text not null,
  actor_name text not null,
  action text not null,
  target_kind text not null,
  target_id text not null,
  cluster text,
  namespaces text[] not null default '{}',
  before jsonb,
  after jsonb,
  request_id text,
  remote_address text
);
create index audit_target on audit (target_kind, target_id, id);
create index audit_actor on audit (actor_id, id);

create table app_user (
  id text primary key,
  login text not null,
  display_name text not null,
  email text,
  language text not null default 'en',
  password_hash text,
  must_change_password boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version integer not null default 1
);
create unique index app_user_login on app_user (lower(login));

create table role_binding (
  id text primary key,
  holder_kind text not null check (holder_kind in ('user', 'token')),
  holder_id text not null,
  role text not null check (role in ('viewer', 'responder', 'approver', 'admin', 'sender')),
  cluster text not null default '*',
  namespace text not null default '*',
  unique (holder_kind, holder_id, role, cluster, namespace)
);

create table session (
  id text primary key,
  family text not null,
  user_id text not null references app_user (id) on delete cascade,
  token_hash text not null unique,
  signed_in_at timestamptz not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz,
  revoke_reason text,
  remote_address text,
  user_agent text
);
create index session_by_family on session (family);
create index session_by_user on session (user_id);

-- One-time ways into a live stream; kept here so that any process may redeem what another gave out.
create table stream_ticket (
  ticket_hash text primary key,
  holder_kind text not null check (holder_kind in ('user', 'token')),
  holder_id text not null,
  session_id text,
  expires_at timestamptz not null
);
create index stream_ticket_expiry on stream_ticket (expires_at);

-- Failed sign-ins by hashed login and by address; unknown logins are counted like known ones, so that nothing tells them apart.
create table sign_in_throttle (
  key text primary key,
  failures integer not null,
  last_failure_at timestamptz not null,
  locked_until timestamptz
);

create table api_token (
  id text primary key,
  name text not null,
  prefix text not null,
  token_hash text not null unique,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table comment (
  id text primary key,
  target_kind text not null check (target_kind in ('incident', 'alert')),
  target_id text not null,
  author_id text not null,
  author_name text not null,
  body text not null,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz
);
create index comment_target on comment (target_kind, target_id, id);

create table vote (
  target_kind text not null check (target_kind in ('incident', 'alert')),
  target_id text not null,
  user_id text not null,
  value text not null check (value in ('up', 'down')),
  at timestamptz not null,
  primary key (target_kind, target_id, user_id)
);

create table maintenance (
  id text primary key,
  cluster text,
  namespaces text[] not null default '{}',
  matchers jsonb not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  comment text not null,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  ended_by text
);

create table recall_document (
  incident_id text not null references incident (id) on delete cascade,
  model text not null,
  id text not null unique,
  summary text not null,
  search tsvector generated always as (to_tsvector('simple', left(translate(summary, '/.:@=_', '      '), 100000))) stored,
  created_at timestamptz not null,
  primary key (incident_id, model)
);
create index recall_document_search on recall_document using gin (search);

-- A plan for the cluster on its way through approval and execution; the partial index is the rule "one of a kind at a time".
create table remediation (
  id text primary key,
  incident_id text not null references incident (id) on delete cascade,
  plan jsonb not null,
  plan_hash text not null,
  status text not null check (status in ('proposed', 'approved', 'rejected', 'executing', 'executed', 'failed', 'unknown')),
  proposed_by jsonb not null,
  proposed_at timestamptz not null,
  approved_by jsonb,
  approved_at timestamptz,
  executed_by jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  outcome text
);
create unique index remediation_live on remediation (incident_id, plan_hash) where status in ('proposed', 'approved', 'executing');
create index remediation_incident on remediation (incident_id, id);

-- What one person asked about one incident.
create table conversation (
  id text primary key,
  owner_id text not null,
  incident_id text not null references incident (id) on delete cascade,
  created_at timestamptz not null
);
create index conversation_incident on conversation (incident_id);
create table conversation_turn (
  id bigint generated always as identity primary key,
  conversation_id text not null references conversation (id) on delete cascade,
  question text not null,
  answer text not null,
  evidence jsonb not null,
  at timestamptz not null
);
create index conversation_turn_order on conversation_turn (conversation_id, id);

-- What was decided about the objects of the clusters. A content is stored once, however many objects and versions have it.
create table journal_content (
  hash text primary key,
  -- Deflated JSON; already without values of Secrets and without credentials.
  body bytea not null,
  size integer not null,
  -- Moved on by each use, so that what is about to be referred to is not swept away.
  used_at timestamptz not null
);
alter table journal_content alter column body set storage external;

-- The newest version of each object, gone ones included for as long as a version of theirs is kept.
create table journal_object (
  id bigint generated always as identity primary key,
  cluster text not null,
  kind text not null,
  api_group text not null,
  namespace text not null,
  name text not null,
  uid text not null,
  resource_version text not null,
  content text not null,
  deleted boolean not null,
  observed_at timestamptz not null,
  constraint journal_object_identity unique (cluster, kind, api_group, namespace, name)
) with (fillfactor = 80);
create index journal_object_content on journal_object (content);

create table journal_version (
  id bigint generated always as identity primary key,
  object_id bigint not null references journal_object (id) on delete cascade,
  cluster text not null,
  kind text not null,
  -- Null for what belongs to the cluster as a whole.
  namespace text,
  name text not null,
  act text not null check (act in ('seen', 'created', 'changed', 'deleted')),
  -- When it happened, as far as is known; after no_earlier_than, when nobody watched.
  at timestamptz not null,
  no_earlier_than timestamptz,
  observed_at timestamptz not null,
  resource_version text not null,
  writer jsonb,
  actor text,
  by_hand boolean not null default false,
  diff jsonb not null,
  content text not null,
  previous text
);
create index journal_version_of on journal_version (object_id, id desc);
create index journal_version_content on journal_version (content);
create index journal_version_previous on journal_version (previous) where previous is not null;
create index journal_version_newest on journal_version (at desc, id desc) where act <> 'seen';
create index journal_version_namespace on journal_version (cluster, namespace, at desc, id desc) where act <> 'seen';
create index journal_version_age on journal_version (observed_at);

-- Until when each cluster was followed: what changed later, and before the next start, happened in between.
create table journal_cluster (
  cluster text primary key,
  followed_since timestamptz not null,
  followed_until timestamptz not null
);

create table idempotency_key (
  actor_id text not null,
  key text not null,
  request_hash text not null,
  status integer,
  response jsonb,
  created_at timestamptz not null,
  primary key (actor_id, key)
);

create table instance_secret (
  name text primary key,
  value text not null,
  created_at timestamptz not null
);
`;
