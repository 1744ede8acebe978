import type { Millis } from '@headwater/core/time.ts';
import type { RetentionRepository } from '@headwater/engine/ports/store/retention.ts';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema.ts';

/** Deletes in short statements that wait for nobody: what another process holds is left for the next time. */
export function retentionRepository(db: Kysely<Database>): RetentionRepository {
  const count = async (statement: RawBuilder<unknown>): Promise<number> => {
    return Number((await statement.execute(db)).numAffectedRows ?? 0);
  };
  return {
    deleteIncidents: (before, limit) => deleteIncidents(db, before, limit),
    deleteEpisodes: (before, limit) =>
      count(sql`delete from alert_episode where id in (
        select id from alert_episode
         where status = 'resolved' and incident_id is null and not correlate and ends_at < ${new Date(before)}
         limit ${limit} for update skip locked)`),
    deleteAlerts: (before, limit) => deleteAlerts(db, before, limit),
    deleteEvents: (before, limit) =>
      count(sql`delete from event where id in (
        select id from event where incident_id is null and at < ${new Date(before)} order by at limit ${limit})`),
    // The oldest rows first, then their time: looked for by time alone, a table with nothing to delete is read whole.
    deleteAudit: (before, limit) =>
      count(sql`delete from audit where id in (
        select id from (select id, at from audit order by id limit ${limit}) oldest where at < ${new Date(before)})`),
  };
}

async function deleteIncidents(db: Kysely<Database>, before: Millis, limit: number): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const over = await selectIds(
      tx,
      sql`select id from incident
        where merged_into is null and status = 'resolved' and resolved_at < ${new Date(before)}
        order by resolved_at limit ${limit} for update skip locked`,
    );
    const ids = [...over, ...(await mergedInto(tx, over))];
    if (ids.length === 0) return 0;
    // What points at these goes first; the rest is theirs and follows by itself.
    await sql`delete from alert_episode where incident_id = any(${ids})`.execute(tx);
    await deleteRemarks(tx, 'incident', ids);
    await sql`delete from incident where id = any(${ids})`.execute(tx);
    return over.length;
  });
}

// A merged incident is part of the one it went into and is read through it, so they go together.
async function mergedInto(tx: Kysely<Database>, ids: readonly string[]): Promise<string[]> {
  return selectIds(
    tx,
    sql`with recursive merged as (
        select id from incident where merged_into = any(${ids})
        union select incident.id from incident join merged on incident.merged_into = merged.id
      ) select id from merged`,
  );
}

async function deleteAlerts(db: Kysely<Database>, before: Millis, limit: number): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const ids = await selectIds(
      tx,
      sql`select id from alert where last_seen_at < ${new Date(before)}
        and not exists (select from alert_episode where alert_id = alert.id)
        limit ${limit} for update skip locked`,
    );
    if (ids.length === 0) return 0;
    await deleteRemarks(tx, 'alert', ids);
    await sql`delete from alert where id = any(${ids})`.execute(tx);
    return ids.length;
  });
}

async function selectIds(tx: Kysely<Database>, select: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`${select}`.execute(tx);
  return rows.map(({ id }) => id);
}

// Comments and votes name their target by kind and id, so no reference takes them along.
async function deleteRemarks(tx: Kysely<Database>, kind: 'incident' | 'alert', ids: string[]): Promise<void> {
  await sql`delete from comment where target_kind = ${kind} and target_id = any(${ids})`.execute(tx);
  await sql`delete from vote where target_kind = ${kind} and target_id = any(${ids})`.execute(tx);
}
