import { expect, it } from 'vitest';
import { type Clock, replayTime } from './time.ts';

function manualClock(): Clock & { advance(ms: number): void } {
  let now = 1_000_000;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    // Fires early on purpose, as timers may.
    wait: (ms) => {
      now += Math.max(1, ms - 3);
      return Promise.resolve();
    },
  };
}

it('stands still at the end without a speed', async () => {
  const time = replayTime({ start: 0, end: 5_000, speed: undefined }, manualClock());
  expect([time.now(), time.playing]).toEqual([5_000, false]);
  await time.until(9_000, new AbortController().signal);
});

it('runs at the given speed from the start and stops at the end', () => {
  const clock = manualClock();
  const time = replayTime({ start: 10_000, end: 70_000, speed: 60 }, clock);
  expect(time.now()).toBe(10_000);
  clock.advance(500);
  expect(time.now()).toBe(40_000);
  clock.advance(60_000);
  expect(time.now()).toBe(70_000);
});

it('waits until a time even when the timer fires early, and never beyond the end', async () => {
  const clock = manualClock();
  const time = replayTime({ start: 0, end: 60_000, speed: 10 }, clock);
  await time.until(30_000, new AbortController().signal);
  expect(time.now()).toBeGreaterThanOrEqual(30_000);
  await time.until(999_999, new AbortController().signal);
  expect(time.now()).toBe(60_000);
});

it('stops waiting when the signal aborts', async () => {
  const time = replayTime({ start: 0, end: 60_000, speed: 1 }, { now: () => 0, wait: () => Promise.resolve() });
  await time.until(30_000, AbortSignal.abort());
  expect(time.now()).toBe(0);
});
