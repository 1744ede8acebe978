import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { intervalOf, lastRun, parseCron, zoneOffset } from './cron-schedule.ts';

function schedule(text: string) {
  const parsed = parseCron(text);
  if (!parsed.schedule) throw new Error(parsed.fault);
  return parsed.schedule;
}

const at = (text: string): number => Date.parse(text);
const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

describe('parseCron', () => {
  it.each([
    '* * * * *',
    '*/5 * * * *',
    '0 3 * * 1-5',
    '0,30 8-18/2 1,15 * *',
    '0 0 * JAN-mar SUN',
    '@daily',
    '@every 1h30m',
    '0 0 ? * *',
    '5/15 * * * *',
    ' 0  0 * * * ',
  ])('accepts %s', (text) => expect(parseCron(text).fault).toBeUndefined());

  it.each([
    ['61 * * * *', 'minute field `61` is out of range'],
    ['* 24 * * *', 'hour field `24` is out of range'],
    ['* * 0 * *', 'day of month field `0` is out of range'],
    ['* * * 13 *', 'month field `13` is out of range'],
    ['* * * * 7', 'day of week field `7` is out of range'],
    ['* * * * MUN', 'day of week field `MUN` is malformed'],
    ['*/0 * * * *', 'no valid step'],
    ['30-10 * * * *', 'ends before it begins'],
    ['1--2 * * * *', 'malformed'],
    ['* * * *', 'fewer than five fields'],
    ['0 0 3 * * *', 'more than five fields'],
    ['', 'fewer than five fields'],
    ['@dayly', 'no known descriptor'],
    ['@every soon', 'not a duration'],
    ['CRON_TZ=UTC 0 0 * * *', 'time zone'],
    ['0 0 31 4,6 *', 'never fires'],
    ['0 0 30 2 *', 'never fires'],
  ])('refuses %s', (text, fault) => expect(parseCron(text).fault).toContain(fault));

  it('allows the leap day, and a day that a weekday stands in for', () => {
    expect(parseCron('0 0 29 2 *').fault).toBeUndefined();
    expect(parseCron('0 0 31 2 1').fault).toBeUndefined();
  });
});

describe('lastRun', () => {
  const now = at('2026-03-01T10:07:30Z'); // a Sunday

  it.each([
    ['*/5 * * * *', '2026-03-01T10:05:00.000Z'],
    ['7 10 * * *', '2026-03-01T10:07:00.000Z'],
    ['8 10 * * *', '2026-02-28T10:08:00.000Z'],
    ['0 3 * * 1-5', '2026-02-27T03:00:00.000Z'],
    ['0 0 29 2 *', '2024-02-29T00:00:00.000Z'],
    ['0 12 13 * 5', '2026-02-27T12:00:00.000Z'],
    ['0 0 1 1 *', '2026-01-01T00:00:00.000Z'],
  ])('%s', (text, expected) => expect(iso(lastRun(schedule(text), now))).toBe(expected));

  it('counts in the zone of the schedule', () => {
    expect(iso(lastRun(schedule('0 9 * * *'), now, 9 * HOUR))).toBe('2026-03-01T00:00:00.000Z');
  });

  it('knows the interval between runs', () => {
    expect(intervalOf(schedule('*/15 * * * *'), now)).toBe(15 * MINUTE);
    expect(intervalOf(schedule('@every 2h'), now)).toBe(2 * HOUR);
  });
});

describe('zoneOffset', () => {
  it('follows daylight saving', () => {
    expect(zoneOffset('Europe/Berlin', at('2026-01-15T00:00:00Z'))).toBe(HOUR);
    expect(zoneOffset('Europe/Berlin', at('2026-07-15T00:00:00Z'))).toBe(2 * HOUR);
    expect(zoneOffset('Etc/UTC', 0)).toBe(0);
  });

  it.each(['Europe/Belrin', 'Local', '+02:00', 'CET+', ''])('refuses %s', (zone) =>
    expect(zoneOffset(zone, 0)).toBeNull(),
  );
});
