import { describe, expect, it } from 'vitest';
import { dropsSince } from './baseline.ts';
import type { SuiteReport } from './report.ts';

function report(value: number, unit: 'share' | 'error' | 'ms' = 'share'): SuiteReport {
  return { name: 'a', title: 'A', cases: 1, scores: [{ name: 'first', value, cases: 1, unit }], wrong: [] };
}

describe('dropsSince', () => {
  it('forgives half a point and names what lost more', () => {
    expect(dropsSince([report(0.98)], [report(0.975)])).toEqual([]);
    expect(dropsSince([report(0.98)], [report(0.974)])).toEqual([{ suite: 'a', score: 'first', was: 0.98, is: 0.974 }]);
  });

  it('judges an error the other way round and time not at all', () => {
    expect(dropsSince([report(0.02, 'error')], [report(0.03, 'error')])).toHaveLength(1);
    expect(dropsSince([report(0.03, 'error')], [report(0.02, 'error')])).toEqual([]);
    expect(dropsSince([report(10, 'ms')], [report(90, 'ms')])).toEqual([]);
  });

  it('takes a suite nobody measured before as it is', () => {
    expect(dropsSince([], [report(0.1)])).toEqual([]);
  });
});
