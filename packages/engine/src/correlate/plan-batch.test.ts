import { MINUTE } from '@headwater/core/time.ts';
import { expect, it } from 'vitest';
import { type BatchInput, planBatch } from './plan-batch.ts';
import { REOPEN_WINDOW, T } from './test-correlation.ts';
import { candidate, placed } from './test-episodes.ts';

function plan(input: Partial<BatchInput>) {
  let count = 0;
  return planBatch({
    cluster: 'prod',
    episodes: [],
    candidates: [],
    mutes: () => null,
    reopenWindow: REOPEN_WINDOW,
    now: T,
    newIncidentId: () => `new_${++count}`,
    ...input,
  });
}

const places = (result: ReturnType<typeof plan>) =>
  Object.fromEntries(result.settled.map(({ id, incidentId, joinedBy }) => [id.slice(4), `${incidentId} ${joinedBy}`]));

it('lets later episodes of a batch join what earlier ones opened', () => {
  const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
  const result = plan({ episodes: [placed('a', {}, cart), placed('b', {}, cart), placed('c')] });
  expect(places(result)).toEqual({ a: 'new_1 new', b: 'new_1 same-root', c: 'new_2 new' });
  expect(result.newKeys).toEqual([
    { incidentId: 'new_1', cluster: 'prod', key: 'Deployment/shop/cart' },
    { incidentId: 'new_2', cluster: 'prod', key: 'Deployment/shop/c' },
  ]);
});

it('puts the key that makes a new incident unique first, its group after', () => {
  const result = plan({ episodes: [placed('a', { groupKey: '{}:{x="y"}' })] });
  expect(result.newKeys.map(({ key }) => key)).toEqual(['Deployment/shop/a', 'group:{}:{x="y"}|shop']);
});

it('asks for no key that an open incident holds', () => {
  const held = candidate('old', { keys: ['Deployment/shop/a', 'group:{}:{x="y"}|shop'] });
  const result = plan({ candidates: [held], episodes: [placed('a', { groupKey: '{}:{x="y"}' })] });
  expect(places(result)).toEqual({ a: 'old same-root' });
  expect(result.newKeys).toEqual([]);
});

it('does not join what a resolved or merged incident once held', () => {
  const keys = ['Deployment/shop/a'];
  const resolved = candidate('resolved', { status: 'resolved', resolvedAt: T - MINUTE, keys });
  const merged = candidate('merged', { mergedInto: 'x', keys });
  expect(places(plan({ candidates: [resolved, merged], episodes: [placed('a')] }))).toEqual({ a: 'new_1 new' });
});

it('reopens with the keys the incident had, so that the next one joins too', () => {
  const old = candidate('old', { status: 'resolved', resolvedAt: T - MINUTE, closedKeys: ['Deployment/shop/b'] });
  const result = plan({ candidates: [old], episodes: [placed('b'), placed('a', { lastIncidentId: 'old' })] });
  expect(places(result)).toEqual({ a: 'old reopened', b: 'old same-root' });
  expect(result.touched.map(({ id, reopenReason }) => [id, reopenReason])).toEqual([
    ['old', 'Alert a: it fires again 60s after the incident was resolved, within the reopen window of 30m'],
  ]);
});

it('keeps members where they are, whether they end or fire again', () => {
  const old = candidate('old', { status: 'resolved', resolvedAt: T - 10 * REOPEN_WINDOW });
  const other = candidate('other', { keys: ['Deployment/shop/a', 'Deployment/shop/b'] });
  const result = plan({
    candidates: [old, other],
    episodes: [
      placed('a', { incidentId: 'old', status: 'resolved' }),
      placed('b', { incidentId: 'other', status: 'firing' }),
    ],
  });
  expect(places(result)).toEqual({ a: 'old null', b: 'other null' });
  expect(result.touched.map(({ id, ended, refired, open }) => [id, ended.length, refired.length, open])).toEqual([
    ['old', 1, 0, false],
    ['other', 0, 1, true],
  ]);
});

it('reopens a resolved incident whose member fires in the same span again, whenever that is', () => {
  const old = candidate('old', { status: 'resolved', resolvedAt: T - 10 * REOPEN_WINDOW });
  const result = plan({ candidates: [old], episodes: [placed('a', { incidentId: 'old' })] });
  expect(result.touched).toMatchObject([
    { id: 'old', open: true, reopenReason: 'Alert a fires again in the same span' },
  ]);
  expect(result.newKeys).toEqual([{ incidentId: 'old', cluster: 'prod', key: 'alert:a' }]);
});

it('leaves muted alerts without incident, and those that were muted when they end', () => {
  const result = plan({
    mutes: ({ name }) => (name === 'Alert a' ? 'mnt_1' : null),
    episodes: [placed('a'), placed('b', { status: 'resolved', mutedBy: 'mnt_0' }), placed('c')],
  });
  expect(result.settled.map(({ incidentId, mutedBy }) => [incidentId, mutedBy])).toEqual([
    [null, 'mnt_1'],
    [null, 'mnt_0'],
    ['new_1', null],
  ]);
  expect(result.muted).toBe(2);
});

it('follows one alert through two episodes of a batch', () => {
  const result = plan({
    episodes: [
      { ...placed('a', { status: 'resolved', id: 'eps_1' }, null) },
      { ...placed('a', { id: 'eps_2', startsAt: T + MINUTE }, null) },
    ],
  });
  expect(places(result)).toEqual({ 1: 'new_1 new', 2: 'new_1 same-alert' });
});

it('widens the namespaces of what it joins', () => {
  const old = candidate('old', { keys: ['Node//worker-1'], namespaces: ['shop'] });
  const node = { kind: 'Node', name: 'worker-1' };
  const result = plan({ candidates: [old], episodes: [placed('a', { namespace: 'monitoring' }, node)] });
  expect(result.touched).toMatchObject([{ namespaces: ['monitoring', 'shop'] }]);
});
