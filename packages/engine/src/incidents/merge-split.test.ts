import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openScene, person, type Scene, T } from '../correlate/test-correlation.ts';
import { testAlert } from '../intake/test-signals.ts';
import { mergeIncidents } from './merge.ts';
import { moveAlert } from './move-alert.ts';
import { resolveIncident } from './resolve.ts';
import { splitIncident } from './split.ts';
import { unmergeIncident } from './unmerge.ts';

const CART = testAlert({ deployment: 'cart' }, { startsAt: T });
const CART_SLOW = testAlert({ deployment: 'cart', alertname: 'Slow', severity: 'critical' }, { startsAt: T });
const BANK = testAlert({ deployment: 'ledger', namespace: 'bank' }, { startsAt: T + 1 });
const WEB = testAlert({ deployment: 'web', namespace: 'web' }, { startsAt: T + 2 });

describe.each(ENGINES)('merge, split and move on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(database());
  });

  const act = () => scene.ctx(person('responder'));
  const shape = async () =>
    (await scene.incidents()).map(({ status, title, alertCount }) => `${status} ${alertCount} ${title}`);

  async function opened(...alerts: readonly (typeof CART)[]): Promise<readonly string[]> {
    for (const alert of alerts) await scene.deliver(alert);
    await scene.diagnoses();
    return (await scene.incidents()).map(({ id }) => id);
  }

  async function alertId(name: string): Promise<string> {
    const { rows } = await database().pool.query<{ id: string }>('select id from alert where name = $1', [name]);
    return rows[0]?.id ?? '';
  }

  const again = (alert: typeof CART) => ({ ...alert, startsAt: scene.now });

  it('merge moves alerts and keys, and a later alert of the source finds the target', async () => {
    const [cart = '', bank = ''] = await opened(CART, BANK);
    const merged = await mergeIncidents(act(), { incidentId: cart, sourceIds: [bank], reason: 'one outage' });
    expect(merged).toMatchObject({ alertCount: 2, firingCount: 2, namespaces: ['bank', 'shop'] });
    expect(await shape()).toEqual([
      'open 2 PodDown on Deployment shop/cart (+1)',
      'resolved 0 PodDown on Deployment bank/ledger',
    ]);
    expect((await scene.incidents())[1]).toMatchObject({ mergedInto: cart, resolveReason: 'merged into #1' });
    expect(await scene.diagnoses()).toEqual([cart]);
    await scene.deliver(testAlert({ alertname: 'Slow', deployment: 'ledger', namespace: 'bank' }, { startsAt: T }));
    expect((await shape())[0]).toBe('open 3 PodDown on Deployment shop/cart (+2)');
    await expect(resolveIncident(act(), { incidentId: bank })).rejects.toMatchObject({
      code: 'conflict',
      details: { mergedInto: cart },
    });
  });

  it('names another incident in the events of one only to who may see both', async () => {
    const [cart = '', bank = ''] = await opened(CART, BANK);
    await mergeIncidents(act(), { incidentId: cart, sourceIds: [bank] });
    const { rows } = await database().pool.query<{ incident_id: string; payload: object }>(
      "select incident_id, payload from event where kind = 'incident.merged' order by id",
    );
    expect(rows).toEqual([
      { incident_id: bank, payload: { into: { id: cart, number: 1 } } },
      {
        incident_id: cart,
        payload: { merged: [{ id: bank, number: 2, title: 'PodDown on Deployment bank/ledger' }], reason: '' },
      },
    ]);
  });

  it('unmerge puts back what came, also after a second merge', async () => {
    const [cart = '', bank = '', web = ''] = await opened(CART, BANK, WEB);
    await mergeIncidents(act(), { incidentId: bank, sourceIds: [web] });
    await mergeIncidents(act(), { incidentId: cart, sourceIds: [bank] });
    expect((await shape())[0]).toBe('open 3 PodDown on Deployment shop/cart (+2)');
    await expect(unmergeIncident(act(), { incidentId: cart, sourceId: web })).rejects.toMatchObject({
      code: 'conflict',
    });
    await unmergeIncident(act(), { incidentId: cart, sourceId: bank });
    await unmergeIncident(act(), { incidentId: bank, sourceId: web });
    expect(await shape()).toEqual([
      'open 1 PodDown on Deployment shop/cart',
      'open 1 PodDown on Deployment bank/ledger',
      'open 1 PodDown on Deployment web/web',
    ]);
    scene.now = T + MINUTE;
    await scene.deliver(testAlert({ alertname: 'Slow', deployment: 'web', namespace: 'web' }, { startsAt: T }));
    expect((await shape())[2]).toBe('open 2 PodDown on Deployment web/web (+1)');
  });

  it('merge refuses itself, another cluster, what was merged already, and hiding what fires in what is resolved', async () => {
    const [cart = '', bank = ''] = await opened(CART, BANK);
    await scene.send([CART], { groupKey: null, cluster: 'east' });
    await scene.correlate();
    const east = (await scene.incidents())[2]?.id ?? '';
    const merge = (incidentId: string, ...sourceIds: string[]) => mergeIncidents(act(), { incidentId, sourceIds });
    await expect(merge(cart, cart)).rejects.toMatchObject({ code: 'invalid' });
    await expect(merge(cart, east)).rejects.toMatchObject({ code: 'invalid' });
    await expect(merge(cart, 'inc_none')).rejects.toMatchObject({ code: 'not_found' });
    await resolveIncident(act(), { incidentId: cart });
    await expect(merge(cart, bank)).rejects.toMatchObject({ code: 'conflict' });
    await merge(bank, cart);
    await expect(merge(bank, cart)).rejects.toMatchObject({ code: 'conflict' });
    const blind = scene.ctx(person('responder', 'shop'));
    await expect(mergeIncidents(blind, { incidentId: bank, sourceIds: [cart] })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('split makes a new incident, and the split alert goes there when it fires again', async () => {
    const [cart = ''] = await opened(CART, CART_SLOW);
    const slow = await alertId('Slow');
    const { incident, source } = await splitIncident(act(), {
      incidentId: cart,
      alertIds: [slow],
      reason: 'not the same',
    });
    expect(source).toMatchObject({ title: 'PodDown on Deployment shop/cart', severity: 'warning', alertCount: 1 });
    expect(incident).toMatchObject({
      title: 'Slow on Deployment shop/cart',
      severity: 'critical',
      alertCount: 1,
      status: 'open',
    });
    expect((await scene.episodes()).find(({ alert }) => alert === 'Slow')?.join_reason).toBe(
      'kim split it from #1: not the same',
    );
    expect(await scene.diagnoses()).toEqual([cart, incident.id].sort());
    scene.now = T + MINUTE;
    await scene.deliver(again(CART_SLOW), again(CART));
    expect((await scene.incidents()).map(({ alertCount }) => alertCount)).toEqual([1, 1]);
  });

  it('split refuses alerts of others and taking all', async () => {
    const [cart = ''] = await opened(CART, CART_SLOW, BANK);
    const [down, slow, bank] = [await alertId('PodDown'), await alertId('Slow'), 'alr_other'];
    const split = (alertIds: readonly string[]) => splitIncident(act(), { incidentId: cart, alertIds });
    await expect(split([down, slow])).rejects.toMatchObject({ code: 'invalid' });
    await expect(split([bank])).rejects.toMatchObject({ code: 'invalid' });
    await expect(split([])).rejects.toMatchObject({ code: 'invalid' });
  });

  it('move takes an alert to another incident for good and ends an incident that lost its last', async () => {
    const [cart = '', bank = ''] = await opened(CART_SLOW, BANK);
    const slow = await alertId('Slow');
    const { incident, source } = await moveAlert(act(), { alertId: slow, toIncidentId: bank });
    expect(incident).toMatchObject({ id: bank, alertCount: 2, severity: 'critical', namespaces: ['bank', 'shop'] });
    expect(source).toMatchObject({
      id: cart,
      status: 'resolved',
      alertCount: 0,
      resolveReason: 'its last alert was moved to #2',
    });
    expect((await scene.eventKinds()).slice(-2)).toEqual(['incident.alert-left', 'incident.alert-joined']);
    scene.now = T + HOUR;
    await scene.deliver(again(CART_SLOW));
    expect((await scene.incidents()).map(({ id, firingCount }) => [id, firingCount])).toEqual([
      [cart, 0],
      [bank, 2],
    ]);
    await expect(moveAlert(act(), { alertId: slow, toIncidentId: bank })).rejects.toMatchObject({ code: 'conflict' });
    await expect(moveAlert(act(), { alertId: 'alr_none', toIncidentId: bank })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
