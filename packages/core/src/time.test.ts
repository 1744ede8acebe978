import { describe, expect, it } from 'vitest';
import { DAY, formatTime, parseTime } from './time.ts';

describe('parseTime', () => {
  it('reads seconds in UTC as every other form', () => {
    for (const text of ['2026-03-01T10:20:30Z', '2024-12-31T23:59:59Z', '2024-02-29T00:00:00Z', '1999-07-04T00:00:00Z'])
      expect(parseTime(text)).toBe(Date.parse(text));
    for (const fraction of ['5', '05', '123', '1239', '999999999', '000000001', '120000'])
      expect(parseTime(`2026-03-01T10:20:30.${fraction}Z`)).toBe(
        Date.parse(`2026-03-01T10:20:30.${fraction.padEnd(3, '0').slice(0, 3)}Z`),
      );
    expect(parseTime('2026-03-01T12:20:30.5+02:00')).toBe(Date.parse('2026-03-01T10:20:30.5Z'));
  });

  it('agrees with the calendar on every day of four centuries', () => {
    for (let day = Date.UTC(1900, 0, 1); day < Date.UTC(2300, 0, 1); day += DAY)
      if (parseTime(formatTime(day)) !== day) expect.fail(formatTime(day));
  });

  it('refuses what is no moment', () => {
    for (const text of [
      '0001-01-01T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-03-01T24:60:00Z',
      '2026-03-0xT00:00:00Z',
      '',
      7,
    ])
      expect(parseTime(text)).toBeNull();
  });
});
