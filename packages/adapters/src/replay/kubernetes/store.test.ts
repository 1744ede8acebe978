import { expect, it } from 'vitest';
import { pod } from '../fixtures/replay-server.ts';
import { ReplayStore } from './store.ts';

it('keeps recorded versions and gives one to objects without', () => {
  const store = new ReplayStore(40);
  store.load('pods', pod('a', { resourceVersion: '17' }));
  store.load('pods', pod('b'));
  store.load('pods', pod('c', { resourceVersion: 'opaque' }));
  expect(store.list('pods').map(({ metadata }) => metadata.resourceVersion)).toEqual(['17', '40', '40']);
});

it('counts one revision up for each change of anything, and none for an equal object', () => {
  const store = new ReplayStore(1);
  const first = store.put('pods', pod('a'));
  store.put('services', pod('s'));
  expect(store.put('pods', pod('a'))).toBe(first);
  store.remove('pods', 'shop', 'a');
  expect(store.remove('pods', 'shop', 'a')).toBeUndefined();
  expect(store.eventsAfter(1)?.map(({ type, resource, revision }) => `${revision} ${type} ${resource}`)).toEqual([
    '2 ADDED pods',
    '3 ADDED services',
    '4 DELETED pods',
  ]);
  expect(store.eventsAfter(3)).toHaveLength(1);
});

it('forgets the oldest history of a long run, and says so', () => {
  const store = new ReplayStore(1);
  for (let round = 0; round < 10_050; round++) store.put('pods', pod('a', { status: { round } }));
  expect(store.eventsAfter(1)).toBeNull();
  expect(store.eventsAfter(51)).toHaveLength(10_000);
  store.compact();
  expect(store.eventsAfter(store.revision - 1)).toBeNull();
  expect(store.eventsAfter(store.revision)).toEqual([]);
});

it('wakes whoever waits at a change, after a time, or at an abort', async () => {
  const store = new ReplayStore(1);
  const never = new AbortController();
  const woken = store.nextChange(60_000, never.signal);
  store.put('pods', pod('a'));
  await woken;
  await store.nextChange(1, never.signal);
  await store.nextChange(60_000, AbortSignal.abort());
});
