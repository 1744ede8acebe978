import type { AlertsRepository, StoredEpisode } from '@headwater/engine/ports/store/alerts.ts';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema.ts';
import { json } from '../values.ts';

/** The columns of an episode that decisions need. */
export interface EpisodeRow {
  id: string;
  starts_at: number;
  ends_at: number | null;
  status: 'firing' | 'resolved';
  expires_at: number | null;
  ended_by: 'source' | 'expired' | 'superseded' | 'person' | null;
  received_at: number;
  resolved_received_at: number | null;
  repeats: number;
}

/** A row as the engine takes it. */
export function episodeOf(row: EpisodeRow): StoredEpisode {
  return {
    id: row.id,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    status: row.status,
    expiresAt: row.expires_at,
    endedBy: row.ended_by,
    receivedAt: row.received_at,
    resolvedReceivedAt: row.resolved_received_at,
    repeats: row.repeats,
  };
}

/** Overwrites episodes in one statement. */
export async function changeEpisodes(
  db: Kysely<Database>,
  episodes: Parameters<AlertsRepository['changeEpisodes']>[0],
): Promise<void> {
  const rows = episodes.map((episode) => ({ ...columns(episode), correlate: episode.correlate }));
  await sql`
    update alert_episode e set ends_at = new.ends_at, status = new.status, expires_at = new.expires_at,
      ended_by = new.ended_by, resolved_received_at = new.resolved_received_at, repeats = new.repeats,
      correlate = e.correlate or new.correlate
    from json_to_recordset(${json(rows)}::json) as new (id text, ends_at timestamptz, status text, expires_at timestamptz,
      ended_by text, resolved_received_at timestamptz, repeats integer, correlate boolean)
    where e.id = new.id`.execute(db);
}

/** Inserts episodes in one statement. */
export async function insertEpisodes(
  db: Kysely<Database>,
  episodes: Parameters<AlertsRepository['insertEpisodes']>[0],
): Promise<void> {
  const rows = episodes.map((episode) => ({
    ...columns(episode),
    alert_id: episode.alertId,
    starts_at: iso(episode.startsAt),
    received_at: iso(episode.receivedAt),
    correlate: episode.correlate,
  }));
  await sql`
    insert into alert_episode (id, alert_id, starts_at, ends_at, status, expires_at, ended_by, received_at,
      resolved_received_at, repeats, correlate)
    select id, alert_id, starts_at, ends_at, status, expires_at, ended_by, received_at, resolved_received_at, repeats, correlate
    from json_to_recordset(${json(rows)}::json) as new (id text, alert_id text, starts_at timestamptz, ends_at timestamptz,
      status text, expires_at timestamptz, ended_by text, received_at timestamptz, resolved_received_at timestamptz,
      repeats integer, correlate boolean)`.execute(db);
}

/** Adds to the counters of open episodes in one statement. */
export async function countRepeats(
  db: Kysely<Database>,
  episodes: Parameters<AlertsRepository['countRepeats']>[0],
): Promise<void> {
  const ids = episodes.map(({ id }) => id);
  const counts = episodes.map(({ by }) => by);
  const expiries = episodes.map(({ expiresAt }) => iso(expiresAt));
  await sql`
    update alert_episode e set repeats = e.repeats + new.by, expires_at = new.expires_at
    from unnest(${ids}::text[], ${counts}::integer[], ${expiries}::timestamptz[]) as new (id, by, expires_at)
    where e.id = new.id`.execute(db);
}

function columns(episode: StoredEpisode): Record<string, unknown> {
  return {
    id: episode.id,
    ends_at: iso(episode.endsAt),
    status: episode.status,
    expires_at: iso(episode.expiresAt),
    ended_by: episode.endedBy,
    resolved_received_at: iso(episode.resolvedReceivedAt),
    repeats: episode.repeats,
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
