import { describe, expect, it } from 'vitest';
import { age, ago, clock, span } from './time.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

describe('times', () => {
  it.each([
    [20_000, '20s'],
    [59_999, '59s'],
    [14 * MINUTE, '14m'],
    [119 * MINUTE, '1h'],
    [50 * 60 * MINUTE, '2d'],
    [-5_000, '0s'],
  ])('an age of %i ms is %s', (passed, text) => expect(age(NOW - passed, NOW, 'en')).toBe(text));

  it.each([
    [0, 'now'],
    [3 * MINUTE, '3 minutes ago'],
    [26 * 60 * MINUTE, 'yesterday'],
    [-10 * MINUTE, 'in 10 minutes'],
  ])('%i ms before now is %s', (passed, text) => expect(ago(NOW - passed, NOW, 'en')).toBe(text));

  it('speak Korean', () => {
    expect(ago(NOW - 3 * MINUTE, NOW, 'ko')).toBe('3분 전');
    expect(age(NOW - 3 * MINUTE, NOW, 'ko')).toBe('3분');
  });

  it.each([
    [45_000, '45s'],
    [12 * MINUTE, '12m'],
    [185 * MINUTE, '3h 5m'],
    [24 * 60 * MINUTE + 5 * MINUTE, '1d'],
    [52 * 60 * MINUTE, '2d 4h'],
  ])('a span of %i ms is %s', (ms, text) => expect(span(ms, 'en')).toBe(text));

  it('name the day when it is not today', () => {
    expect(clock(NOW, NOW, 'en')).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(clock(NOW - 72 * 60 * MINUTE, NOW, 'en')).toMatch(/^Feb 2\d, \d\d:\d\d:\d\d$/);
  });
});
