import { expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time.ts';
import { decideSnooze, snoozeEnd } from './snooze.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

it.each([
  [NOW + HOUR, true, 'snoozed until 2026-03-01T11:00:00Z'],
  [NOW + 30 * DAY, true, 'snoozed until 2026-03-31T10:00:00Z'],
  [NOW + 30 * DAY + 1, false, 'a snooze lasts at most 30d'],
  [NOW + MINUTE - 1, false, 'a snooze lasts at least 60s, and 2026-03-01T10:00:59.999Z is sooner'],
  [NOW - HOUR, false, 'a snooze lasts at least 60s, and 2026-03-01T09:00:00Z is sooner'],
])('until %i', (until, allowed, reason) => {
  expect(decideSnooze(until, NOW)).toEqual({ allowed, reason });
});

it('ends by time or by gravity', () => {
  expect(snoozeEnd({ snoozedUntil: null }, NOW, true)).toBeNull();
  expect(snoozeEnd({ snoozedUntil: NOW + 1 }, NOW, false)).toBeNull();
  expect(snoozeEnd({ snoozedUntil: NOW }, NOW, false)).toBe('its time is over');
  expect(snoozeEnd({ snoozedUntil: NOW + HOUR }, NOW, true)).toBe('the incident became graver');
});
