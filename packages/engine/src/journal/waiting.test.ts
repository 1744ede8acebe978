import { describe, expect, it } from 'vitest';
import type { Told } from './drafts.ts';
import { object } from './test-journal.ts';
import { openWaiting } from './waiting.ts';

function told(n: number, type: Told['type'] = 'MODIFIED'): Told {
  return { type, object: object({ name: `v${n}` }), observedAt: n, first: false };
}
const times = (list: readonly Told[] | undefined) => list?.map(({ observedAt }) => observedAt);

describe('versions that wait', () => {
  it('are taken by object, oldest first, and put back before what came since', () => {
    const waiting = openWaiting();
    for (const [key, n] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['c', 4],
    ] as const)
      waiting.add(key, told(n));
    const batch = waiting.take(2);
    expect([...batch].map(([key, list]) => [key, times(list)])).toEqual([
      ['a', [1, 3]],
      ['b', [2]],
    ]);
    waiting.add('a', told(5));
    waiting.putBack(batch);
    expect(waiting.size()).toBe(3);
    expect(times(waiting.take(1).get('a'))).toEqual([1, 3, 5]);
  });

  it('are bounded for an object that a loop writes: the first and the last stay', () => {
    const waiting = openWaiting();
    for (let n = 1; n <= 1_000; n++) waiting.add('a', told(n));
    const kept = times(waiting.take(1).get('a')) ?? [];
    expect(kept).toHaveLength(20);
    expect([kept[0], kept.at(-1)]).toEqual([1, 1_000]);
    expect(waiting.passedOver()).toBe(980);
  });

  it('never lose an end between two objects of one name', () => {
    const waiting = openWaiting();
    for (let n = 1; n <= 30; n++) waiting.add('a', told(n));
    waiting.add('a', told(31, 'DELETED'));
    waiting.add('a', told(32, 'ADDED'));
    expect(
      waiting
        .take(1)
        .get('a')
        ?.slice(-3)
        .map(({ type }) => type),
    ).toEqual(['MODIFIED', 'DELETED', 'ADDED']);
  });
});
