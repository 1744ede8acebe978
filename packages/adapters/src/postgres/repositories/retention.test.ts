import { systemActor } from '@headwater/core/access/actor.ts';
import { DAY } from '@headwater/core/time.ts';
import { deleteExpired } from '@headwater/engine/retention/delete-expired.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-11-21T13:00:00Z');
const PERIODS = { incidents: 400 * DAY, events: 30 * DAY, audit: 400 * DAY, journal: 90 * DAY, journalVersions: 3 };

describe.each(ENGINES)('deleting what is past its time on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const query = async (text: string, values: unknown[] = []) =>
    (await database().pool.query<Record<string, unknown>>(text, values)).rows;
  const ids = async (table: string) => (await query(`select id from ${table} order by id`)).map((row) => row['id']);

  function context(kind: 'system' | 'user' = 'system') {
    const actor = { ...systemActor, kind };
    const newId = (prefix: string) => `${prefix}_1`;
    return { store: database().store, actor, now: () => NOW, newId, requestId: null, remoteAddress: null };
  }

  async function incident(id: string, { resolved, mergedInto }: { resolved?: number; mergedInto?: string } = {}) {
    await query(
      `insert into incident (id, cluster, namespaces, title, severity, status, started_at, created_at, updated_at, resolved_at, merged_into)
       values ($1, 'c', '{}', 't', 'critical', $2, $3, $3, $3, $4, $5)`,
      [
        id,
        resolved === undefined ? 'open' : 'resolved',
        new Date(NOW - 900 * DAY),
        resolved === undefined ? null : new Date(NOW - resolved * DAY),
        mergedInto ?? null,
      ],
    );
    await query(
      `insert into alert (id, cluster, fingerprint, source, name, severity, labels, annotations, subject_state, status, first_seen_at, last_seen_at)
       values ($1, 'c', $1, 's', 'n', 'critical', '{}', '{}', 'unresolved', 'resolved', $2, $2)`,
      [`alr_${id}`, new Date(NOW - (resolved ?? 0) * DAY)],
    );
    await query(
      `insert into alert_episode (id, alert_id, starts_at, ends_at, status, received_at, incident_id, correlate)
       values ($1, $2, $3, $3, 'resolved', $3, $4, false)`,
      [`eps_${id}`, `alr_${id}`, new Date(NOW - 900 * DAY), id],
    );
    await query(`insert into incident_key (incident_id, cluster, key, open) values ($1, 'c', $1, false)`, [id]);
    await query(
      `insert into event (at, kind, incident_id, actor, payload) values ($2, 'incident.opened', $1, 's', '{}')`,
      [id, new Date(NOW - 900 * DAY)],
    );
    await query(
      `insert into comment (id, target_kind, target_id, author_id, author_name, body, created_at) values ($1, 'incident', $2, 'u', 'u', 'b', now())`,
      [`cmt_${id}`, id],
    );
  }

  beforeEach(async () => {
    await query('truncate incident, alert, event, audit, comment cascade');
  });

  it('takes an incident with everything of it, and leaves what is young or open', async () => {
    await incident('old', { resolved: 401 });
    await incident('young', { resolved: 399 });
    await incident('open');
    expect(await deleteExpired(context(), PERIODS)).toEqual({
      incidents: 1,
      episodes: 0,
      alerts: 1,
      events: 0,
      audit: 0,
      versions: 0,
      contents: 0,
      more: false,
    });
    expect(await ids('incident')).toEqual(['open', 'young']);
    expect(await ids('alert')).toEqual(['alr_open', 'alr_young']);
    expect(await ids('alert_episode')).toEqual(['eps_open', 'eps_young']);
    expect(await ids('comment')).toEqual(['cmt_open', 'cmt_young']);
    // The timeline of a kept incident is kept, however old.
    expect(await query('select incident_id from event order by 1')).toEqual([
      { incident_id: 'open' },
      { incident_id: 'young' },
    ]);
  });

  it('takes merged incidents with the one they were merged into, and not before it', async () => {
    await incident('target', { resolved: 100 });
    await incident('merged', { resolved: 500, mergedInto: 'target' });
    await incident('gone', { resolved: 450 });
    await incident('merged-into-gone', { resolved: 100, mergedInto: 'gone' });
    await incident('merged-into-merged', { resolved: 460, mergedInto: 'merged-into-gone' });
    expect(await deleteExpired(context(), PERIODS)).toMatchObject({ incidents: 1 });
    expect(await ids('incident')).toEqual(['merged', 'target']);
    expect(await ids('alert_episode')).toEqual(['eps_merged', 'eps_target']);
  });

  it('takes loose ends: ended episodes of no incident, events of none, old audit rows', async () => {
    await incident('open');
    const old = new Date(NOW - 500 * DAY);
    await query(`update alert set last_seen_at = $1`, [old]);
    await query(`update alert_episode set incident_id = null, ends_at = $1`, [old]);
    await query(`insert into event (at, kind, actor, payload) values ($1, 'k', 's', '{}'), ($2, 'k', 's', '{}')`, [
      new Date(NOW - 31 * DAY),
      new Date(NOW - 29 * DAY),
    ]);
    const audit = `insert into audit (at, actor_kind, actor_id, actor_name, action, target_kind, target_id) values ($1, 'user', 'u', 'u', 'a', 't', 't')`;
    await query(audit, [old]);
    await query(audit, [new Date(NOW - DAY)]);
    expect(await deleteExpired(context(), PERIODS)).toMatchObject({ episodes: 1, alerts: 1, events: 1, audit: 1 });
    expect(await query('select count(*) as count from audit')).toEqual([{ count: 1 }]);
    expect(await query('select count(*) as count from event where incident_id is null')).toEqual([{ count: 1 }]);
  });

  it('works in batches and says when more is left', async () => {
    await query(`insert into event (at, kind, actor, payload) select $1, 'k', 's', '{}' from generate_series(1, 450)`, [
      new Date(NOW - 31 * DAY),
    ]);
    const left: number[] = [];
    for (;;) {
      const { events, more } = await deleteExpired(context(), PERIODS);
      left.push(events);
      if (!more) break;
    }
    expect(left).toEqual([200, 200, 50]);
  });

  it('deletes nothing where no period is set, and nothing at the word of a person', async () => {
    await incident('old', { resolved: 4_000 });
    await deleteExpired(context(), { ...PERIODS, incidents: null, events: null, audit: null, journal: null });
    expect(await ids('incident')).toEqual(['old']);
    await expect(deleteExpired(context('user'), PERIODS)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
