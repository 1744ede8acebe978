import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { silentMetrics } from '../ports/metrics.ts';
import { fakeLog } from './test-feed.ts';

const never = new AbortController().signal;
const soon = { milliseconds: 2_000, signal: never };

describe('the event feed', () => {
  it('starts at the newest event and tells what comes after, from memory', async () => {
    const log = fakeLog();
    log.add(1, 2, 3);
    const feed = await log.open();
    expect(feed.newest()).toBe(3);
    log.add(4, 6);
    log.hint();
    await feed.changed(3, soon);
    expect(feed.newest()).toBe(6);
    const before = log.reads.length;
    expect((await feed.after(3)).map(({ id }) => id)).toEqual([4, 6]);
    expect((await feed.after(4)).map(({ id }) => id)).toEqual([6]);
    expect(await feed.after(6)).toEqual([]);
    expect(log.reads.length).toBe(before);
    await feed.close();
  });

  it('asks the store for what happened before it was opened', async () => {
    const log = fakeLog();
    log.add(1, 2, 3);
    const feed = await log.open();
    expect((await feed.after(0)).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(log.reads).toEqual([0]);
    await feed.close();
  });

  it('finds what no hint told of by looking itself', async () => {
    const log = fakeLog();
    const feed = await log.open(10);
    log.add(1);
    await feed.changed(0, soon);
    expect(feed.newest()).toBe(1);
    await feed.close();
  });

  it('reads all of a burst larger than one page, in order, and forgets old ones', async () => {
    const log = fakeLog();
    const feed = await log.open();
    log.add(...Array.from({ length: 5_000 }, (_, index) => index + 1));
    log.hint();
    while (feed.newest() < 5_000) await feed.changed(feed.newest(), soon);
    const read: number[] = [];
    for (let cursor = 0; cursor < 5_000; ) {
      const page = await feed.after(cursor);
      expect(page.length).toBeLessThanOrEqual(500);
      read.push(...page.map(({ id }) => id));
      cursor = read.at(-1) ?? 5_000;
    }
    expect(read).toEqual(log.events.map(({ id }) => id));
    await feed.close();
  });

  it('never misses a hint that comes while it reads', async () => {
    const log = fakeLog();
    const feed = await log.open();
    for (let id = 1; id <= 50; id++) {
      log.add(id);
      log.hint();
      if (id % 7 === 0) await sleep(1);
    }
    while (feed.newest() < 50) await feed.changed(feed.newest(), { ...soon, milliseconds: 200 });
    expect((await feed.after(0)).length).toBe(50);
    await feed.close();
  });

  it('says once that the store is away, and goes on when it is back', async () => {
    const warned: string[] = [];
    const log = fakeLog();
    const feed = await log.open(5, {
      log: { info: () => {}, warn: (_, message) => void warned.push(message), error: () => {} },
    });
    log.failing = true;
    log.add(1);
    await sleep(60);
    expect(feed.newest()).toBe(0);
    expect(warned).toHaveLength(1);
    log.failing = false;
    await feed.changed(0, soon);
    expect(feed.newest()).toBe(1);
    await feed.close();
  });

  it('lets a waiting reader go when the time is over or the reader is gone', async () => {
    const log = fakeLog();
    const feed = await log.open();
    const started = performance.now();
    await feed.changed(0, { milliseconds: 20, signal: never });
    const gone = new AbortController();
    const waiting = feed.changed(0, { milliseconds: 60_000, signal: gone.signal });
    gone.abort();
    await waiting;
    await feed.changed(0, { milliseconds: 60_000, signal: gone.signal });
    expect(performance.now() - started).toBeLessThan(5_000);
    await feed.close();
  });

  it('knows an id another process gave out before it heard of it, and no id of another database', async () => {
    const log = fakeLog();
    log.add(1);
    const feed = await log.open();
    log.add(2);
    expect(await feed.knows(1)).toBe(true);
    expect(await feed.knows(2)).toBe(true);
    expect(await feed.knows(3)).toBe(false);
    await feed.close();
  });

  it('counts what it reads, and listens no more when it is closed', async () => {
    let counted = 0;
    const log = fakeLog();
    const metrics = { ...silentMetrics, count: (_name: string, _labels: object, by = 1) => void (counted += by) };
    const feed = await log.open(60_000, { metrics });
    log.add(1, 2);
    log.hint();
    await feed.changed(0, soon);
    expect(counted).toBe(2);
    await feed.close();
    expect(log.listeners()).toBe(0);
  });
});
