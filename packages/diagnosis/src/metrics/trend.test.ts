import * as fc from 'fast-check';
import { MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import type { Sample } from './onset.ts';
import { theilSen, timeToFull } from './trend.ts';

function series(values: readonly number[]): Sample[] {
  return values.map((value, index) => [index * MINUTE, value] as const);
}

describe('theilSen', () => {
  it('finds the slope of a line though a quarter of its samples are wild', () => {
    const wild = fc.array(fc.record({ at: fc.nat(39), value: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(wild, fc.double({ min: -5, max: 5, noNaN: true }), (outliers, slope) => {
        const values = Array.from({ length: 40 }, (_, index) => 100 + slope * index);
        for (const { at, value } of outliers) values[at] = value;
        expect((theilSen(series(values))?.slope ?? Number.NaN) * MINUTE).toBeCloseTo(slope, 3);
      }),
    );
  });

  it('is null of few samples, and bounded of many', () => {
    expect(theilSen(series([1, 2, 3]))).toBeNull();
    expect(theilSen(series(Array.from({ length: 20_000 }, (_, index) => index)))?.agreement).toBe(1);
  });
});

describe('timeToFull', () => {
  it('says when a steady rise reaches the limit, spikes or not', () => {
    const values = Array.from({ length: 30 }, (_, index) => (index === 12 ? 99 : 20 + index * 2));
    expect(timeToFull(series(values), 98)).toBeCloseTo(10 * MINUTE, -2);
  });

  it('counts from the last restart', () => {
    const climb = (count: number): number[] => Array.from({ length: count }, (_, index) => 10 + index * 5);
    expect(timeToFull(series([...climb(18), ...climb(12)]), 100)).toBeCloseTo(7 * MINUTE, -2);
  });

  it('is 0 when full, null when flat, falling or only noise', () => {
    expect(timeToFull(series(Array.from({ length: 10 }, () => 100)), 100)).toBe(0);
    expect(timeToFull(series(Array.from({ length: 10 }, () => 50)), 100)).toBeNull();
    expect(timeToFull(series(Array.from({ length: 10 }, (_, index) => 50 - index)), 100)).toBeNull();
    expect(timeToFull(series(Array.from({ length: 30 }, (_, index) => 50 + ((index * 7919) % 13))), 100)).toBeNull();
  });
});
