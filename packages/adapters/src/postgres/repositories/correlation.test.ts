import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-03-01T10:00:00Z');

interface EpisodeSeed {
  readonly id: string;
  readonly startsAt?: number;
  readonly endedAt?: number;
  readonly expiresAt?: number;
  readonly incidentId?: string;
  readonly joinedBy?: string;
  readonly mutedBy?: string;
  readonly receivedAt?: number;
  readonly correlate?: boolean;
}

describe.each(ENGINES)('correlation on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const repository = () => database().store.correlation;
  beforeEach(() => database().pool.query('truncate alert, incident, maintenance restart identity cascade'));

  async function alert(
    id: string,
    more: { readonly cluster?: string; readonly flappingSince?: number } = {},
  ): Promise<void> {
    await database()
      .db.insertInto('alert')
      .values({
        id,
        cluster: more.cluster ?? 'prod',
        fingerprint: id,
        source: 'alertmanager',
        name: 'PodDown',
        severity: 'warning',
        namespace: 'shop',
        labels: JSON.stringify({ team: 'web' }),
        annotations: '{}',
        content_hash: '',
        subject: JSON.stringify({ kind: 'Pod', namespace: 'shop', name: id }),
        subject_state: 'resolved',
        group_key: 'g',
        status: 'firing',
        flapping_since: more.flappingSince === undefined ? null : new Date(more.flappingSince),
        first_seen_at: new Date(NOW),
        last_seen_at: new Date(NOW),
      })
      .execute();
  }

  async function episode(alertId: string, seed: EpisodeSeed): Promise<void> {
    const { endedAt, expiresAt } = seed;
    await database()
      .db.insertInto('alert_episode')
      .values({
        id: seed.id,
        alert_id: alertId,
        starts_at: new Date(seed.startsAt ?? NOW),
        status: endedAt === undefined ? 'firing' : 'resolved',
        ends_at: endedAt === undefined ? null : new Date(endedAt),
        resolved_received_at: endedAt === undefined ? null : new Date(endedAt),
        expires_at: expiresAt === undefined ? null : new Date(expiresAt),
        received_at: new Date(seed.receivedAt ?? NOW),
        incident_id: seed.incidentId ?? null,
        joined_by: seed.joinedBy ?? null,
        muted_by: seed.mutedBy ?? null,
        correlate: seed.correlate ?? true,
      })
      .execute();
  }

  async function incident(id: string): Promise<void> {
    await database().store.incidents.insert([
      {
        id,
        cluster: 'prod',
        namespaces: ['shop'],
        title: id,
        titleBy: 'alerts',
        severity: 'warning',
        severityBy: 'alerts',
        subject: null,
        startedAt: NOW,
        createdAt: NOW,
        leadAlertId: null,
      },
    ]);
  }

  const states = async () =>
    (
      await database().pool.query<{ id: string; status: string; correlate: boolean; muted_by: string | null }>(
        'select id, status, correlate, muted_by from alert_episode order by id',
      )
    ).rows;

  it('hands out waiting episodes with their alert and where its last one is', async () => {
    await incident('inc_1');
    await alert('alr_1');
    await episode('alr_1', {
      id: 'e1',
      startsAt: NOW - HOUR,
      endedAt: NOW - MINUTE,
      incidentId: 'inc_1',
      joinedBy: 'person',
      correlate: false,
    });
    await episode('alr_1', { id: 'e2' });
    expect(await repository().waiting('prod', 10)).toEqual([
      {
        id: 'e2',
        alertId: 'alr_1',
        status: 'firing',
        startsAt: NOW,
        endsAt: null,
        receivedAt: NOW,
        resolvedReceivedAt: null,
        incidentId: null,
        rootKey: null,
        mutedBy: null,
        name: 'PodDown',
        severity: 'warning',
        namespace: 'shop',
        labels: { team: 'web' },
        fingerprint: 'alr_1',
        groupKey: 'g',
        subject: { kind: 'Pod', namespace: 'shop', name: 'alr_1' },
        flappingSince: null,
        lastIncidentId: 'inc_1',
        lastJoinedBy: 'person',
      },
    ]);
  });

  it('serves the cluster that has waited longest first, and each in its order', async () => {
    await alert('a1', { cluster: 'east' });
    await alert('a2', { cluster: 'west' });
    await alert('a3', { cluster: 'west' });
    await episode('a1', { id: 'e1', receivedAt: NOW });
    await episode('a2', { id: 'e2', receivedAt: NOW + 2 });
    await episode('a3', { id: 'e3', receivedAt: NOW - 1 });
    expect(await repository().waitingClusters()).toEqual(['west', 'east']);
    expect((await repository().waiting('west', 10)).map(({ id }) => id)).toEqual(['e3', 'e2']);
    expect((await repository().waiting('west', 1)).map(({ id }) => id)).toEqual(['e3']);
  });

  it('lets an episode that changed meanwhile wait again', async () => {
    await incident('inc_1');
    await alert('a1');
    await alert('a2');
    await episode('a1', { id: 'e1' });
    await episode('a2', { id: 'e2', endedAt: NOW });
    const seen = {
      status: 'firing',
      incidentId: 'inc_1',
      joinedAt: NOW,
      joinedBy: 'new',
      joinReason: 'first',
      rootKey: 'k',
      mutedBy: null,
    } as const;
    await repository().settle([
      { ...seen, id: 'e1' },
      { ...seen, id: 'e2' },
    ]);
    expect(await states()).toMatchObject([
      { id: 'e1', correlate: false },
      { id: 'e2', correlate: true },
    ]);
    await repository().settle([
      { ...seen, id: 'e2', status: 'resolved', joinedAt: null, joinedBy: null, joinReason: null },
    ]);
    const { rows } = await database().pool.query(
      'select joined_at, joined_by, join_reason, correlate from alert_episode where id = $1',
      ['e2'],
    );
    expect(rows).toEqual([{ joined_at: NOW, joined_by: 'new', join_reason: 'first', correlate: false }]);
  });

  it('finds incidents by open keys and by id, with the keys asked about and those they had', async () => {
    for (const id of ['inc_1', 'inc_2', 'inc_3']) await incident(id);
    const { incidents } = database().store;
    await incidents.holdKeys([
      { incidentId: 'inc_1', cluster: 'prod', key: 'k1' },
      { incidentId: 'inc_1', cluster: 'prod', key: 'k2' },
      { incidentId: 'inc_2', cluster: 'prod', key: 'k3' },
      { incidentId: 'inc_3', cluster: 'east', key: 'k1' },
    ]);
    await incidents.closeKeys(['inc_2']);
    const found = await repository().candidates('prod', { keys: ['k1', 'k3'], ids: ['inc_2', 'none'] });
    expect(found.map(({ id, keys, closedKeys }) => [id, keys, closedKeys])).toEqual([
      ['inc_1', ['k1'], []],
      ['inc_2', [], ['k3']],
    ]);
    expect(await repository().candidates('prod', { keys: [], ids: [] })).toEqual([]);
  });

  it('remembers cycles: what ended in the window, the last change, the last incident', async () => {
    await incident('inc_1');
    await alert('a1', { flappingSince: NOW - HOUR });
    await alert('a2');
    await episode('a1', { id: 'e1', startsAt: NOW - 3 * HOUR, endedAt: NOW - 2 * HOUR, receivedAt: NOW - 3 * HOUR });
    await episode('a1', {
      id: 'e2',
      startsAt: NOW - HOUR,
      endedAt: NOW - 20 * MINUTE,
      incidentId: 'inc_1',
      receivedAt: NOW - HOUR,
    });
    await episode('a1', { id: 'e3', startsAt: NOW - 10 * MINUTE, receivedAt: NOW - 10 * MINUTE });
    await episode('a2', { id: 'e4', receivedAt: NOW });
    const steady = { alertId: 'a2', flappingSince: null, endedAt: [], lastTransitionAt: NOW, incidentId: null };
    const flapping = {
      alertId: 'a1',
      flappingSince: NOW - HOUR,
      endedAt: [NOW - 20 * MINUTE],
      lastTransitionAt: NOW - 10 * MINUTE,
      incidentId: 'inc_1',
    };
    expect(await repository().cycles(NOW - 30 * MINUTE, ['a2', 'none'])).toEqual([steady]);
    expect(await repository().cycles(NOW - 30 * MINUTE, null)).toEqual([flapping]);
    await repository().setFlapping(['a1'], null);
    await repository().setFlapping([], NOW);
    expect(await repository().cycles(NOW - 30 * MINUTE, null)).toEqual([]);
  });

  it('leaves rows to whoever holds them', async () => {
    await incident('inc_1');
    await alert('a1');
    await alert('a2');
    await episode('a1', { id: 'e1', expiresAt: NOW, correlate: false });
    await episode('a2', { id: 'e2', expiresAt: NOW, correlate: false });
    const { incidents } = database().store;
    await incidents.update('inc_1', { quietSince: NOW - HOUR, snoozedUntil: NOW }, NOW);
    const holder = await database().pool.connect();
    await holder.query('begin');
    await holder.query("select 1 from alert where id = 'a1' for update");
    await holder.query("select 1 from incident where id = 'inc_1' for update");
    expect((await repository().expire(NOW, 10)).map(({ id }) => id)).toEqual(['e2']);
    expect(await repository().quietSince(NOW, 10)).toEqual([]);
    expect(await repository().snoozedUntil(NOW, 10)).toEqual([]);
    await holder.query('rollback');
    holder.release();
    expect((await repository().expire(NOW, 10)).map(({ id }) => id)).toEqual(['e1']);
    expect(await repository().quietSince(NOW, 10)).toMatchObject([{ id: 'inc_1' }]);
    expect(await repository().snoozedUntil(NOW, 10)).toMatchObject([{ id: 'inc_1' }]);
    expect(await states()).toMatchObject([
      { id: 'e1', status: 'resolved', correlate: true },
      { id: 'e2', status: 'resolved', correlate: true },
    ]);
  });

  it('lets what still fires wait again when its maintenance is over, ended or gone', async () => {
    const { maintenance } = database().store;
    const plan = {
      cluster: null,
      namespaces: [],
      matchers: [],
      startsAt: NOW - HOUR,
      comment: '',
      createdBy: 'kim',
      createdAt: NOW,
    };
    await maintenance.insert({ ...plan, id: 'running', endsAt: NOW + HOUR, endedAt: null, endedBy: null });
    await maintenance.insert({ ...plan, id: 'over', endsAt: NOW, endedAt: null, endedBy: null });
    await maintenance.insert({ ...plan, id: 'ended', endsAt: NOW + HOUR, endedAt: NOW, endedBy: 'kim' });
    for (const mutedBy of ['running', 'over', 'ended', 'gone']) {
      await alert(mutedBy);
      await episode(mutedBy, { id: mutedBy, mutedBy, correlate: false });
    }
    await alert('quiet');
    await episode('quiet', { id: 'quiet', mutedBy: 'over', endedAt: NOW, correlate: false });
    expect(await repository().unmute(NOW, 10)).toBe(3);
    expect((await states()).filter(({ correlate }) => correlate).map(({ id }) => id)).toEqual([
      'ended',
      'gone',
      'over',
    ]);
    expect((await states()).filter(({ muted_by }) => muted_by !== null).map(({ id }) => id)).toEqual([
      'quiet',
      'running',
    ]);
  });

  it('keeps maintenances and finds those that run in a cluster', async () => {
    const { maintenance } = database().store;
    const matchers = [{ label: 'team', operator: '=~', value: 'a"|b' }] as const;
    const row = {
      id: 'mnt_1',
      cluster: 'prod',
      namespaces: ['shop'],
      matchers,
      startsAt: NOW,
      endsAt: NOW + HOUR,
      comment: 'upgrade',
      createdBy: 'kim',
      createdAt: NOW,
      endedAt: null,
      endedBy: null,
    };
    await maintenance.insert(row);
    await maintenance.insert({ ...row, id: 'mnt_2', cluster: null });
    expect(await maintenance.get('mnt_1')).toEqual(row);
    expect(await maintenance.get('none')).toBeNull();
    const active = async (cluster: string, at: number) => (await maintenance.active(cluster, at)).map(({ id }) => id);
    expect(await active('prod', NOW)).toEqual(['mnt_1', 'mnt_2']);
    expect(await active('east', NOW)).toEqual(['mnt_2']);
    expect(await active('prod', NOW - 1)).toEqual([]);
    expect(await active('prod', NOW + HOUR)).toEqual([]);
    expect(await maintenance.end('mnt_1', NOW + 1, 'lee')).toBe(true);
    expect(await maintenance.end('mnt_1', NOW + 1, 'lee')).toBe(false);
    expect(await maintenance.end('mnt_2', NOW + HOUR, 'lee')).toBe(false);
    expect(await active('prod', NOW + 2)).toEqual(['mnt_2']);
    const scope = { everything: false, clusters: [], namespaces: [{ cluster: 'prod', namespaces: ['shop'] }] };
    const list = await maintenance.list({ scope, before: null, limit: 10 });
    expect(list.map(({ id }) => id)).toEqual(['mnt_1']);
  });
});
