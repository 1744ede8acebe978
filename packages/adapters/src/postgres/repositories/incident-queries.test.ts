import { type Scope, scopeOfBindings } from '@headwater/core/access/scope.ts';
import type { IncidentFilter, IncidentPage, IncidentQueries } from '@headwater/engine/ports/store/incident-queries.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { json } from '../values.ts';
import { addAlert, addEpisode, addIncident, T } from './test-rows.ts';

const everything: Scope = scopeOfBindings([{ role: 'viewer', cluster: '*', namespace: '*' }]);
const FIRST: IncidentPage = { sort: 'startedAt', limit: 100, after: null };

function reading(cluster: string, namespace: string): Scope {
  return scopeOfBindings([{ role: 'viewer', cluster, namespace }]);
}

describe.each(ENGINES)('incident queries on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let queries: IncidentQueries;
  beforeEach(async () => {
    await database().pool.query('truncate alert, incident, event, diagnosis restart identity cascade');
    queries = database().store.incidentQueries;
  });

  const add = (changes: Parameters<typeof addIncident>[1]) => addIncident(database(), changes);
  const list = async (filter: Partial<IncidentFilter> = {}, page: Partial<IncidentPage> = {}) =>
    (await queries.list({ scope: everything, hidden: false, ...filter }, { ...FIRST, ...page })).map(({ id }) => id);

  it('shows the newest first and leaves out hidden and merged ones', async () => {
    const old = await add({ started_at: new Date(T - 1000) });
    const fresh = await add({});
    const hidden = await add({ hidden: true });
    await add({ merged_into: fresh });
    expect(await list()).toEqual([fresh, old]);
    expect(await list({ hidden: true })).toEqual([hidden]);
  });

  it('continues after a position for every sort, equal keys included', async () => {
    for (let index = 0; index < 9; index++)
      await add({
        started_at: new Date(T + (index % 2)),
        updated_at: new Date(T + (index % 3)),
        severity: ['critical', 'info', 'bogus'][index % 3] ?? '',
      });
    for (const sort of ['startedAt', 'updatedAt', 'severity'] as const) {
      const whole = await queries.list({ scope: everything, hidden: false }, { ...FIRST, sort });
      const seen: string[] = [];
      let after: IncidentPage['after'] = null;
      for (;;) {
        const rows = await queries.list({ scope: everything, hidden: false }, { sort, limit: 2, after });
        const last = rows.at(-1);
        if (!last) break;
        seen.push(...rows.map(({ id }) => id));
        const rank = { critical: 4, high: 3, warning: 2, info: 1 }[last.severity as string] ?? 0;
        after = {
          key: { startedAt: last.startedAt, updatedAt: last.updatedAt, severity: rank }[sort],
          startedAt: last.startedAt,
          id: last.id,
        };
      }
      expect(seen, sort).toEqual(whole.map(({ id }) => id));
      expect(new Set(seen).size).toBe(9);
    }
  });

  it('narrows by each filter', async () => {
    const one = await add({
      cluster: 'east',
      namespaces: ['a', 'b'],
      severity: 'critical',
      status: 'acknowledged',
      assignee: 'kim',
    });
    const two = await add({ cause_category: 'oom-killed', verdict: 'cause', snoozed_until: new Date(T + 60_000) });
    const old = await add({ status: 'resolved', started_at: new Date(T - 60_000) });
    expect(await list({ clusters: ['east'] })).toEqual([one]);
    expect(await list({ clusters: ['east', 'prod'] })).toHaveLength(3);
    expect(await list({ namespaces: ['b', 'zzz'] })).toEqual([one]);
    expect(await list({ severities: ['critical', 'high'] })).toEqual([one]);
    expect(await list({ severities: ['critical', 'high', 'warning', 'info', 'unknown'] })).toHaveLength(3);
    expect(await list({ statuses: ['acknowledged'] })).toEqual([one]);
    expect(await list({ statuses: ['resolved', 'acknowledged'] })).toEqual([one, old]);
    expect(await list({ statuses: [] })).toEqual([]);
    expect(await list({ assignees: ['kim'] })).toEqual([one]);
    expect(await list({ assignees: [null] })).toEqual([two, old]);
    expect(await list({ assignees: ['kim', null] })).toHaveLength(3);
    expect(await list({ assignees: [] })).toEqual([]);
    expect(await list({ categories: ['oom-killed'] })).toEqual([two]);
    expect(await list({ verdicts: ['cause', 'no-fault'] })).toEqual([two]);
    expect(await list({ from: T })).toEqual([two, one]);
    expect(await list({ to: T })).toEqual([old]);
    expect(await list({ snoozed: { yes: true, at: T } })).toEqual([two]);
    expect(await list({ snoozed: { yes: true, at: T + 60_000 } })).toEqual([]);
    expect(await list({ snoozed: { yes: false, at: T } })).toEqual([one, old]);
  });

  it('finds words inside names, beginnings of words, phrases, and not the excluded', async () => {
    const cart = await add({
      title: 'KubePodCrashLooping on Deployment shop/cart-api',
      cause: 'connect to db.shop.svc:5432 refused',
    });
    const disk = await add({
      title: 'NodeDiskFull',
      subject: json({ kind: 'Node', name: 'worker_7' }),
      analysis_summary: '디스크가 가득 찼다',
    });
    const search = (text: string) => list({ text });
    expect(await search('cart')).toEqual([cart]);
    expect(await search('kubepod')).toEqual([cart]);
    expect(await search('5432')).toEqual([cart]);
    expect(await search('db.shop')).toEqual([cart]);
    expect(await search('"connect to db"')).toEqual([cart]);
    expect(await search('"to connect"')).toEqual([]);
    expect(await search('worker')).toEqual([disk]);
    expect(await search('디스크')).toEqual([disk]);
    expect(await search('cart or worker')).toEqual([disk, cart]);
    expect(await search('prod -cart')).toEqual([disk]);
    expect(await search('   ')).toHaveLength(2);
    expect(await search('!!!')).toEqual([]);
    const { number } = (await queries.find(cart)) ?? { number: 0 };
    expect(await search(`#${number}`)).toEqual([cart]);
    expect(await search(disk)).toEqual([disk]);
  });

  it('stays within the scope as core says it: every namespace, in one binding’s cluster', async () => {
    const shop = await add({ namespaces: ['shop'] });
    const both = await add({ namespaces: ['shop', 'bank'] });
    const east = await add({ cluster: 'east', namespaces: ['shop'] });
    const node = await add({ namespaces: [] });
    const two = scopeOfBindings([
      { role: 'viewer', cluster: 'prod', namespace: 'shop' },
      { role: 'viewer', cluster: 'prod', namespace: 'bank' },
    ]);
    expect(await list({ scope: reading('prod', 'shop') })).toEqual([shop]);
    expect(await list({ scope: reading('*', 'shop') })).toEqual([east, shop]);
    expect(await list({ scope: two })).toEqual([both, shop]);
    expect(await list({ scope: reading('prod', '*') })).toEqual([node, both, shop]);
    expect(await list({ scope: reading('west', '*') })).toEqual([]);
    expect(await list({ scope: scopeOfBindings([]) })).toEqual([]);
    expect(await queries.facets(reading('prod', 'shop'), 0)).toContainEqual({
      field: 'namespace',
      value: 'shop',
      count: 1,
    });
    expect(await queries.facets(scopeOfBindings([]), 0)).toEqual([]);
  });

  it('is muted when something fires and all of it is muted', async () => {
    const incident = await add({ firing_count: 2 });
    const muted = await addAlert(database());
    const loud = await addAlert(database());
    await addEpisode(database(), muted, { incident_id: incident, muted_by: 'mnt_1' });
    const episode = await addEpisode(database(), loud, { incident_id: incident });
    const isMuted = async () => (await queries.find(incident))?.muted;
    expect(await isMuted()).toBe(false);
    await database().db.updateTable('alert_episode').set({ muted_by: 'mnt_1' }).where('id', '=', episode).execute();
    expect(await isMuted()).toBe(true);
    await database().db.updateTable('incident').set({ firing_count: 0 }).where('id', '=', incident).execute();
    expect(await isMuted()).toBe(false);
  });

  it('finds by id and number, hidden and merged ones too', async () => {
    const id = await add({ hidden: true, analysis_summary: 'why', started_at: new Date(T + 7) });
    const found = await queries.find(id);
    expect(found).toMatchObject({ id, analysisSummary: 'why', startedAt: T + 7, titleBy: 'alerts' });
    expect((await queries.find(String(found?.number)))?.id).toBe(id);
    expect(await queries.find('inc_missing')).toBeNull();
    expect(await queries.find('99999999')).toBeNull();
    const merged = await add({ merged_into: id });
    expect((await queries.mergedFrom(id)).map((one) => one.id)).toEqual([merged]);
    expect(await queries.references([id, 'inc_missing'])).toMatchObject([{ id, number: found?.number }]);
    expect(await queries.references([])).toEqual([]);
  });

  it('tells the namespace of the cause from the diagnosis it shows', async () => {
    const id = await add({ diagnosis_id: 'dia_1' });
    const body = { causes: [{ subject: { kind: 'Deployment', namespace: 'bank', name: 'ledger' } }] };
    await database()
      .db.insertInto('diagnosis')
      .values({
        id: 'dia_1',
        incident_id: id,
        revision: 1,
        phase: 'firing',
        verdict: 'cause',
        summary: '',
        input_hash: '',
        body: json(body),
        milliseconds: 1,
        created_at: new Date(T),
      })
      .execute();
    expect((await queries.find(id))?.causeNamespace).toBe('bank');
    expect((await queries.list({ scope: everything, hidden: false }, FIRST))[0]?.causeNamespace).toBe('bank');
  });

  it('counts what occurs, old ones only while unresolved', async () => {
    await add({ namespaces: ['a', 'b'], assignee: 'kim' });
    await add({ status: 'resolved', started_at: new Date(T - 1000), cause_category: 'oom-killed' });
    await add({ status: 'acknowledged', started_at: new Date(T - 1000), namespaces: ['b'] });
    await add({ hidden: true, namespaces: ['never'] });
    const facets = await queries.facets(everything, T);
    expect(facets.filter(({ field }) => field === 'namespace')).toEqual([
      { field: 'namespace', value: 'b', count: 2 },
      { field: 'namespace', value: 'a', count: 1 },
    ]);
    expect(facets).toContainEqual({ field: 'status', value: 'acknowledged', count: 1 });
    expect(facets).toContainEqual({ field: 'assignee', value: 'kim', count: 1 });
    expect(facets.some(({ value }) => value === 'oom-killed' || value === 'resolved')).toBe(false);
    expect(await queries.facets(everything, 0)).toContainEqual({ field: 'category', value: 'oom-killed', count: 1 });
  });

  it('reads a timeline either way, by kind and from a place on', async () => {
    const id = await add({});
    const other = await add({});
    await database().store.transaction((tx) =>
      tx.events.append(
        [id, other, id, id].map((incidentId, index) => ({
          at: T + index,
          kind: index === 3 ? ('incident.resolved' as const) : ('incident.changed' as const),
          incidentId,
          cluster: 'prod',
          namespaces: ['shop'],
          actor: 'kim',
          payload: { index },
        })),
      ),
    );
    const read = async (page: Partial<Parameters<IncidentQueries['timeline']>[0]>) =>
      (await queries.timeline({ incidentId: id, order: 'newest', limit: 10, after: null, ...page })).map(
        ({ payload }) => payload['index'],
      );
    expect(await read({})).toEqual([3, 2, 0]);
    expect(await read({ order: 'oldest' })).toEqual([0, 2, 3]);
    expect(await read({ kinds: ['incident.resolved'] })).toEqual([3]);
    const [newest] = await queries.timeline({ incidentId: id, order: 'newest', limit: 1, after: null });
    expect(await read({ after: newest?.id ?? 0 })).toEqual([2, 0]);
    expect(await read({ order: 'oldest', after: (newest?.id ?? 0) - 1 })).toEqual([3]);
  });
});
