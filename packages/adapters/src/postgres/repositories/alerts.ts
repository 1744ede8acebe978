import type { AlertsRepository, StoredAlert, StoredEpisode } from '@headwater/engine/ports/store/alerts.ts';
import { EPISODES_LOADED } from '@headwater/engine/ports/store/alerts.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { json } from '../values.ts';
import { changeEpisodes, countRepeats, type EpisodeRow, episodeOf, insertEpisodes } from './alert-episodes.ts';

/** Alerts and their episodes in PostgreSQL, many rows per statement. */
export function alertsRepository(db: Kysely<Database>): AlertsRepository {
  return {
    lock: (keys) => lock(db, keys),
    episodesSince: (alertIds, startsAt) => episodesSince(db, alertIds, startsAt),
    insert: (alerts) => insert(db, alerts),
    refresh: (alerts) => refresh(db, alerts),
    setStates: (states) => setStates(db, states),
    changeEpisodes: (episodes) => changeEpisodes(db, episodes),
    insertEpisodes: (episodes) => insertEpisodes(db, episodes),
    countRepeats: (episodes) => countRepeats(db, episodes),
    async wakeCorrelator() {
      await sql`select pg_notify('headwater_alert', '')`.execute(db);
    },
  };
}

// Row locks would dirty the page of every repeated alert; senders need no parallel transactions, their bodies share one.
const INTAKE_LOCK = 7203;

interface LockedRow {
  alert_id: string;
  cluster: string;
  fingerprint: string;
  alert_status: 'firing' | 'resolved';
  content_hash: string;
  group_key: string | null;
  receiver: string | null;
  last_seen_at: number;
}

async function lock(
  db: Kysely<Database>,
  keys: Parameters<AlertsRepository['lock']>[0],
): Promise<readonly StoredAlert[]> {
  const clusters = keys.map(({ cluster }) => cluster);
  const fingerprints = keys.map(({ fingerprint }) => fingerprint);
  // A statement of its own: what follows must see what the holder before us committed.
  await sql`select pg_advisory_xact_lock(${INTAKE_LOCK})`.execute(db);
  const { rows } = await sql<LockedRow & Partial<EpisodeRow>>`
    select a.id as alert_id, a.cluster, a.fingerprint, a.status as alert_status, a.content_hash, a.group_key, a.receiver,
      a.last_seen_at, e.*
    from (
      select alert.* from unnest(${clusters}::text[], ${fingerprints}::text[]) as wanted (cluster, fingerprint)
      -- The limit keeps the planner from reading the whole table for a large body.
      cross join lateral (
        select id, cluster, fingerprint, status, content_hash, group_key, receiver, last_seen_at from alert
        where alert.cluster = wanted.cluster and alert.fingerprint = wanted.fingerprint limit 1
      ) alert
      order by alert.id
    ) a
    left join lateral (
      select id, starts_at, ends_at, status, expires_at, ended_by, received_at, resolved_received_at, repeats
      from alert_episode where alert_id = a.id order by starts_at desc limit ${EPISODES_LOADED} for no key update
    ) e on true`.execute(db);
  const alerts = new Map<string, StoredAlert & { episodes: StoredEpisode[] }>();
  for (const row of rows) {
    let alert = alerts.get(row.alert_id);
    if (!alert) {
      alert = {
        id: row.alert_id,
        cluster: row.cluster,
        fingerprint: row.fingerprint,
        status: row.alert_status,
        contentHash: row.content_hash,
        groupKey: row.group_key,
        receiver: row.receiver,
        lastSeenAt: row.last_seen_at,
        episodes: [],
      };
      alerts.set(alert.id, alert);
    }
    if (row.id) alert.episodes.push(episodeOf(row as EpisodeRow));
  }
  return [...alerts.values()];
}

async function episodesSince(
  db: Kysely<Database>,
  alertIds: readonly string[],
  startsAt: number,
): ReturnType<AlertsRepository['episodesSince']> {
  const { rows } = await sql<EpisodeRow & { alert_id: string }>`
    select alert_id, id, starts_at, ends_at, status, expires_at, ended_by, received_at, resolved_received_at, repeats
    from alert_episode where alert_id = any(${alertIds}::text[]) and starts_at >= ${new Date(startsAt)}`.execute(db);
  const found = new Map<string, StoredEpisode[]>();
  for (const row of rows) {
    const list = found.get(row.alert_id);
    if (list) list.push(episodeOf(row));
    else found.set(row.alert_id, [episodeOf(row)]);
  }
  return found;
}

async function insert(db: Kysely<Database>, alerts: Parameters<AlertsRepository['insert']>[0]): Promise<void> {
  const rows = alerts.map((alert) => ({
    ...alert,
    contenthash: alert.contentHash,
    subjectstate: alert.subjectState,
    subjectreason: alert.subjectReason,
    groupkey: alert.groupKey,
    generatorurl: alert.generatorUrl,
    seen: new Date(alert.firstSeenAt).toISOString(),
  }));
  await sql`
    insert into alert (id, cluster, fingerprint, source, name, severity, namespace, labels, annotations, content_hash, extra,
      subject, subject_state, subject_reason, group_key, receiver, generator_url, status, first_seen_at, last_seen_at, newest_at)
    select id, cluster, fingerprint, source, name, severity, namespace, labels, annotations, contenthash, extra,
      subject, subjectstate, subjectreason, groupkey, receiver, generatorurl, status, seen, seen, seen
    from json_to_recordset(${json(rows)}::json) as new (id text, cluster text, fingerprint text, source text, name text,
      severity text, namespace text, labels jsonb, annotations jsonb, contenthash text, extra jsonb, subject jsonb,
      subjectstate text, subjectreason text, groupkey text, receiver text, generatorurl text, status text, seen timestamptz)
`.execute(db);
}

async function refresh(db: Kysely<Database>, alerts: Parameters<AlertsRepository['refresh']>[0]): Promise<void> {
  const rows = alerts.map((alert) => ({
    ...alert,
    contenthash: alert.contentHash,
    subjectstate: alert.subjectState,
    subjectreason: alert.subjectReason,
    generatorurl: alert.generatorUrl,
  }));
  await sql`
    update alert set source = new.source, name = new.name, severity = new.severity, namespace = new.namespace,
      labels = new.labels, annotations = new.annotations, content_hash = new.contenthash, extra = new.extra,
      subject = new.subject, subject_state = new.subjectstate, subject_reason = new.subjectreason,
      generator_url = new.generatorurl
    from json_to_recordset(${json(rows)}::json) as new (id text, source text, name text, severity text, namespace text,
      labels jsonb, annotations jsonb, contenthash text, extra jsonb, subject jsonb, subjectstate text, subjectreason text,
      generatorurl text)
    where alert.id = new.id`.execute(db);
}

async function setStates(db: Kysely<Database>, states: Parameters<AlertsRepository['setStates']>[0]): Promise<void> {
  const rows = states.map(({ id, status, lastSeenAt, groupKey, receiver }) => {
    return { id, status, seen: new Date(lastSeenAt).toISOString(), groupkey: groupKey, receiver };
  });
  await sql`
    update alert set status = new.status, last_seen_at = greatest(alert.last_seen_at, new.seen),
      group_key = coalesce(new.groupkey, alert.group_key), receiver = coalesce(new.receiver, alert.receiver)
    from json_to_recordset(${json(rows)}::json) as new (id text, status text, seen timestamptz, groupkey text, receiver text)
    where alert.id = new.id`.execute(db);
}
