import { scopeOfBindings } from '@headwater/core/access/scope.ts';
import type { AlertFilter, AlertPage, AlertQueries } from '@headwater/engine/ports/store/alert-queries.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { json } from '../values.ts';
import { addAlert, addEpisode, addIncident, T } from './test-rows.ts';

const everything = scopeOfBindings([{ role: 'viewer', cluster: '*', namespace: '*' }]);
const FIRST: AlertPage = { sort: 'newest', limit: 100, after: null };

describe.each(ENGINES)('alert queries on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let queries: AlertQueries;
  beforeEach(async () => {
    await database().pool.query('truncate alert, incident restart identity cascade');
    queries = database().store.alertQueries;
  });

  const list = async (filter: Partial<AlertFilter> = {}, page: Partial<AlertPage> = {}) =>
    (await queries.list({ scope: everything, ...filter }, { ...FIRST, ...page })).map(({ id }) => id);
  const ended = (startsAt: number) =>
    ({
      starts_at: new Date(startsAt),
      ends_at: new Date(startsAt + 5),
      status: 'resolved',
      ended_by: 'source',
    }) as const;

  it('lists each alert once, by its newest episode', async () => {
    const again = await addAlert(database());
    await addEpisode(database(), again, ended(T - 500));
    await addEpisode(database(), again, { starts_at: new Date(T) });
    const once = await addAlert(database());
    await addEpisode(database(), once, { starts_at: new Date(T - 100) });
    const gone = await addAlert(database(), { status: 'resolved' });
    await addEpisode(database(), gone, ended(T - 50));
    expect(await list()).toEqual([again, gone, once]);
    expect(await list({ statuses: ['firing'] })).toEqual([again, once]);
    expect(await list({ statuses: ['resolved'] })).toEqual([gone]);
    expect(await list({}, { sort: 'firstSeen' })).toEqual([gone, once, again]);
    const [newest] = await queries.list({ scope: everything }, FIRST);
    expect(newest?.episode).toMatchObject({ startsAt: T, status: 'firing' });
    expect((await queries.episodes(again, 10)).map(({ startsAt }) => startsAt)).toEqual([T, T - 500]);
    expect(await queries.countEpisodes(again)).toBe(2);
  });

  it('narrows by each filter', async () => {
    const one = await addAlert(database(), {
      cluster: 'east',
      name: 'DiskFull',
      severity: 'critical',
      namespace: null,
      source: 'grafana',
      labels: json({ alertname: 'DiskFull', node: 'n,1' }),
      annotations: json({ summary: 'Volume data-0 is full' }),
      subject_state: 'resolved',
      flapping_since: new Date(T),
    });
    await addEpisode(database(), one);
    const two = await addAlert(database());
    await addEpisode(database(), two, { starts_at: new Date(T - 1000) });
    for (const sort of ['newest', 'firstSeen'] as const) {
      const only = (filter: Partial<AlertFilter>) => list(filter, { sort });
      expect(await only({ clusters: ['east'] })).toEqual([one]);
      expect(await only({ names: ['DiskFull', 'x'] })).toEqual([one]);
      expect(await only({ severities: ['warning'] })).toEqual([two]);
      expect(await only({ namespaces: ['shop'] })).toEqual([two]);
      expect(await only({ sources: ['grafana'] })).toEqual([one]);
      expect(await only({ subjectStates: ['resolved'] })).toEqual([one]);
      expect(await only({ labels: { node: 'n,1', alertname: 'DiskFull' } })).toEqual([one]);
      expect(await only({ labels: { node: 'n' } })).toEqual([]);
      expect(await only({ flapping: true })).toEqual([one]);
      expect(await only({ text: 'volume' })).toEqual([one]);
      expect(await only({ text: '?' })).toEqual([]);
      expect(await only({ from: T })).toEqual([one]);
      expect(await only({ to: T })).toEqual([two]);
    }
  });

  it('continues after a position, equal starts included', async () => {
    for (let index = 0; index < 7; index++)
      await addEpisode(database(), await addAlert(database()), { starts_at: new Date(T + (index % 2)) });
    for (const sort of ['newest', 'firstSeen'] as const) {
      const seen: string[] = [];
      let after: AlertPage['after'] = null;
      for (;;) {
        const rows = await queries.list({ scope: everything }, { sort, limit: 3, after });
        const last = rows.at(-1);
        if (!last) break;
        seen.push(...rows.map(({ id }) => id));
        after = { key: last.newestAt, id: last.id };
      }
      expect(new Set(seen).size, sort).toBe(7);
      expect(seen).toHaveLength(7);
    }
  });

  it('stays within the scope: a namespace, or a whole cluster for what has none', async () => {
    const shop = await addAlert(database());
    const node = await addAlert(database(), { namespace: null });
    const east = await addAlert(database(), { cluster: 'east' });
    for (const [index, id] of [shop, node, east].entries())
      await addEpisode(database(), id, { starts_at: new Date(T + index) });
    const seen = (cluster: string, namespace: string) =>
      list({ scope: scopeOfBindings([{ role: 'viewer', cluster, namespace }]) });
    expect(await seen('prod', 'shop')).toEqual([shop]);
    expect(await seen('*', 'shop')).toEqual([east, shop]);
    expect(await seen('prod', '*')).toEqual([node, shop]);
    expect(await seen('*', 'bank')).toEqual([]);
  });

  it('tells the alerts of an incident by their newest episode there', async () => {
    const incident = await addIncident(database());
    const later = await addIncident(database());
    const alert = await addAlert(database());
    await addEpisode(database(), alert, { ...ended(T - 300), incident_id: incident });
    const last = await addEpisode(database(), alert, {
      ...ended(T - 200),
      incident_id: incident,
      join_reason: 'same Deployment',
    });
    await addEpisode(database(), alert, { incident_id: later });
    const other = await addAlert(database());
    await addEpisode(database(), other, { ...ended(T - 100), incident_id: incident });
    const rows = await queries.ofIncident(incident, { limit: 10, after: null });
    expect(rows.map(({ id }) => id)).toEqual([other, alert]);
    expect(rows[1]?.episode).toMatchObject({ id: last, joinReason: 'same Deployment' });
    const position = { key: rows[0]?.episode?.startsAt ?? 0, id: rows[0]?.episode?.id ?? '' };
    expect((await queries.ofIncident(incident, { limit: 10, after: position })).map(({ id }) => id)).toEqual([alert]);
    expect((await queries.find(alert))?.incident).toMatchObject({ id: later, namespaces: ['shop'] });
    expect(await queries.find('alr_missing')).toBeNull();
  });
});
