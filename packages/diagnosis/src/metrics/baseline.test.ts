import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { expect, it } from 'vitest';
import type { Alert } from '../snapshot/input.ts';
import { baselineOf, earlierEpisodes } from './baseline.ts';
import type { Sample } from './onset.ts';

const NOW = 100 * HOUR;

function every(step: number, from: number): Sample[] {
  return Array.from(
    { length: Math.floor((NOW - from) / step) + 1 },
    (_, index) => [from + index * step, index] as const,
  );
}

function alert(alertname: string, startsAt: number, endsAt: number | null): Alert {
  const status = endsAt === null ? 'firing' : 'resolved';
  return { fingerprint: `${alertname}${startsAt}`, status, labels: { alertname }, annotations: {}, startsAt, endsAt };
}

it('leaves out earlier episodes of the same alert', () => {
  const since = NOW - 10 * MINUTE;
  const episodes = earlierEpisodes(
    [
      alert('A', since, null),
      alert('A', NOW - 40 * MINUTE, NOW - 35 * MINUTE),
      alert('B', NOW - 25 * MINUTE, NOW - 20 * MINUTE),
    ],
    since,
  );
  expect(episodes).toEqual([{ from: NOW - 50 * MINUTE, to: NOW - 30 * MINUTE }]);
  const kept = baselineOf(every(MINUTE, NOW - HOUR), since, episodes).map(([time]) => (NOW - time) / MINUTE);
  expect(kept).toEqual([
    60,
    59,
    58,
    57,
    56,
    55,
    54,
    53,
    52,
    51,
    ...Array.from({ length: 20 }, (_, index) => 30 - index),
  ]);
});

it('keeps the disturbed samples where nothing else is left', () => {
  expect(baselineOf(every(MINUTE, NOW - 20 * MINUTE), NOW - 10 * MINUTE, [{ from: 0, to: NOW }])).toHaveLength(10);
});

it('takes of two days the last hours and the same time yesterday', () => {
  const hours = baselineOf(every(10 * MINUTE, NOW - 48 * HOUR), NOW - 20 * MINUTE).map(([time]) => (NOW - time) / HOUR);
  expect(Math.max(...hours)).toBeLessThanOrEqual(25);
  expect(hours.filter((hour) => hour > 3).every((hour) => hour > 23.4 && hour < 24.9)).toBe(true);
  expect(hours.some((hour) => hour > 23)).toBe(true);
});
