import { describe, expect, it } from 'vitest';
import { MINUTE } from '../time.ts';
import { decideQuietResolve, decideReopen, quietSinceAfter } from './windows.ts';

const NOW = 1_000 * MINUTE;

describe('the quiet period', () => {
  it.each([
    [{ firingCount: 1, quietSince: NOW - 60 * MINUTE }, false, 'alerts are still firing'],
    [{ firingCount: 0, quietSince: null }, false, 'alerts are still firing'],
    [{ firingCount: 0, quietSince: NOW - 5 * MINUTE + 1 }, false, 'quiet for 5m of 5m'],
    [{ firingCount: 0, quietSince: NOW - 5 * MINUTE }, true, 'no alert has fired for 5m'],
  ])('%j', (incident, yes, reason) => {
    expect(decideQuietResolve(incident, NOW, 5 * MINUTE)).toEqual({ yes, reason });
  });

  it('starts with the last alert that ends and is not moved by what ends after', () => {
    expect(quietSinceAfter(0, null, NOW)).toBe(NOW);
    expect(quietSinceAfter(0, NOW - 5, NOW)).toBe(NOW - 5);
    expect(quietSinceAfter(2, NOW - 5, NOW)).toBeNull();
  });
});

describe('the reopen window', () => {
  const decide = (resolvedAt: number | null, mergedInto: string | null = null) =>
    decideReopen({ resolvedAt, mergedInto }, NOW, 30 * MINUTE);

  it('reopens up to its end', () => {
    expect(decide(NOW - 30 * MINUTE)).toEqual({
      yes: true,
      reason: 'it fires again 30m after the incident was resolved, within the reopen window of 30m',
    });
    expect(decide(NOW - 31 * MINUTE)).toEqual({
      yes: false,
      reason: 'it was resolved 31m before, longer than the reopen window of 30m',
    });
  });

  it('takes an alert that started before the incident was resolved', () => {
    expect(decide(NOW + MINUTE).yes).toBe(true);
  });

  it('never reopens what is open or merged away', () => {
    expect(decide(null).yes).toBe(false);
    expect(decide(NOW, 'inc_2').yes).toBe(false);
  });
});
