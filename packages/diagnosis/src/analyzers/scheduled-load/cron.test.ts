import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCron } from './cron.ts';

const at = (text: string): number => Date.parse(text);

describe('parseCron', () => {
  it('knows steps, lists, ranges, names and nicknames', () => {
    expect(parseCron('*/20 * * * *')?.matches(at('2026-03-01T09:40:00Z'))).toBe(true);
    expect(parseCron('*/20 * * * *')?.matches(at('2026-03-01T09:41:00Z'))).toBe(false);
    expect(parseCron('5,10 9-11 * * *')?.matches(at('2026-03-01T10:10:00Z'))).toBe(true);
    expect(parseCron('0 3 * * sun')?.matches(at('2026-03-01T03:00:00Z'))).toBe(true);
    expect(parseCron('0 3 * * 7')?.matches(at('2026-03-01T03:00:00Z'))).toBe(true);
    expect(parseCron('0 0 * mar *')?.matches(at('2026-03-09T00:00:00Z'))).toBe(true);
    expect(parseCron('@hourly')?.matches(at('2026-03-01T03:00:30Z'))).toBe(true);
  });

  it('fires on either day when both are restricted', () => {
    const cron = parseCron('0 0 13 * fri');
    expect(cron?.matches(at('2026-03-13T00:00:00Z'))).toBe(true);
    expect(cron?.matches(at('2026-03-06T00:00:00Z'))).toBe(true);
    expect(cron?.matches(at('2026-03-07T00:00:00Z'))).toBe(false);
  });

  it('refuses what is no schedule', () => {
    for (const bad of ['', '* * * *', '61 * * * *', '5-1 * * * *', '*/0 * * * *', 'every hour', '@never']) expect(parseCron(bad), bad).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseCron(text)?.matches(0);
      }),
    );
  });
});
