import { type Actor, systemActor } from '@headwater/core/access/actor.ts';
import { describe, expect, it } from 'vitest';
import { type FollowOptions, type FollowStep, follow } from './follow.ts';
import { eventOf, fakeLog } from './test-feed.ts';

const viewer: Actor = {
  kind: 'user',
  id: 'usr_1',
  name: 'ada',
  bindings: [{ role: 'viewer', cluster: 'prod', namespace: 'shop' }],
};

type Parts = Pick<FollowOptions, 'feed' | 'after'> & Partial<FollowOptions>;

function options(parts: Parts): FollowOptions {
  return {
    actor: viewer,
    currentActor: (actor) => Promise.resolve(actor),
    signal: new AbortController().signal,
    heartbeatMs: 5,
    monotonic: () => 0,
    ...parts,
  };
}

/** The first steps of a stream. */
async function take(count: number, parts: Parts): Promise<FollowStep[]> {
  const steps: FollowStep[] = [];
  for await (const step of follow(options(parts))) {
    steps.push(step);
    if (steps.length === count) break;
  }
  return steps;
}

describe('following events', () => {
  it('begins with where the reader stands, then tells everything from there', async () => {
    const log = fakeLog();
    log.add(1, 2, 3);
    const feed = await log.open();
    const [place, events] = await take(2, { feed, after: 1 });
    expect(place).toEqual({ kind: 'heartbeat', cursor: 1 });
    expect(events).toMatchObject({ kind: 'events', cursor: 3, events: [{ id: 2 }, { id: 3 }] });
    await feed.close();
  });

  it('without an id begins with what happens next, and says again that it lives', async () => {
    const log = fakeLog();
    log.add(1, 2);
    const feed = await log.open();
    const steps = await take(3, { feed, after: undefined });
    expect(steps.map(({ kind, cursor }) => [kind, cursor])).toEqual([
      ['heartbeat', 2],
      ['heartbeat', 2],
      ['heartbeat', 2],
    ]);
    await feed.close();
  });

  it('shows each actor only what they may read, and moves them past the rest', async () => {
    const log = fakeLog();
    log.events.push(
      eventOf(1),
      eventOf(2, { namespaces: ['bank'] }),
      eventOf(3, { namespaces: ['shop', 'bank'] }),
      eventOf(4, { namespaces: [] }),
      eventOf(5, { cluster: 'test' }),
      eventOf(6, { cluster: null, namespaces: [] }),
    );
    const feed = await log.open();
    const seen = async (actor: Actor): Promise<number[]> => {
      const [, step] = await take(2, { feed, after: 0, actor });
      expect(step?.cursor).toBe(6);
      return step?.kind === 'events' ? step.events.map(({ id }) => id) : [];
    };
    expect(await seen(viewer)).toEqual([1]);
    expect(await seen({ ...viewer, bindings: [{ role: 'viewer', cluster: 'prod', namespace: '*' }] })).toEqual([
      1, 2, 3, 4,
    ]);
    expect(await seen(systemActor)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await seen({ ...viewer, bindings: [{ role: 'sender', cluster: '*', namespace: '*' }] })).toEqual([]);
    await feed.close();
  });

  it('says reset for an id nobody gave out, and goes on from now', async () => {
    const log = fakeLog();
    log.add(1, 2);
    const feed = await log.open();
    const steps = await take(2, { feed, after: 900 });
    expect(steps).toEqual([
      { kind: 'reset', cursor: 2 },
      { kind: 'heartbeat', cursor: 2 },
    ]);
    await feed.close();
  });

  it('looks rights up again, takes new ones, and ends when there are none left', async () => {
    const log = fakeLog();
    log.events.push(eventOf(1, { namespaces: ['bank'] }));
    const feed = await log.open();
    let clock = 0;
    const rights: (Actor | null)[] = [
      { ...viewer, bindings: [{ role: 'viewer', cluster: '*', namespace: '*' }] },
      null,
    ];
    const steps: FollowStep[] = [];
    const currentActor = (): Promise<Actor | null> => Promise.resolve(rights.shift() ?? null);
    const monotonic = (): number => (clock += 100);
    for await (const step of follow(options({ feed, after: 0, currentActor, monotonic, recheckMs: 100 })))
      steps.push(step);
    expect(steps.at(-1)).toMatchObject({ kind: 'events', events: [{ id: 1 }] });
    await feed.close();
  });

  it('ends when the reader is gone, also in the middle of waiting', async () => {
    const log = fakeLog();
    const feed = await log.open();
    const gone = new AbortController();
    const reading = (async () => {
      for await (const _ of follow(options({ feed, after: 0, signal: gone.signal, heartbeatMs: 60_000 })));
    })();
    setTimeout(() => gone.abort(), 10);
    await reading;
    await feed.close();
  });
});
