import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, median, quantile, robustScore, SCORE_CAP, scaleOf, spreadOf } from './robust.ts';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('robust statistics', () => {
  it('gives median, quantiles and mean', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10], 0.9)).toBe(9);
    expect(mean([1, 2, 6])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it('keeps the median within the values and whatever their order', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const middle = median(values);
        expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
        expect(middle).toBeLessThanOrEqual(Math.max(...values));
        expect(median([...values].reverse())).toBe(middle);
      }),
    );
  });

  it('never divides by a zero spread and never passes the cap', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: -1e9, max: 1e9, noNaN: true }), (values, value) => {
        const score = robustScore(spreadOf(values), value, 0.001);
        expect(Math.abs(score)).toBeLessThanOrEqual(SCORE_CAP);
      }),
    );
  });

  it('takes the widest of spread, one percent of the median and the floor', () => {
    expect(scaleOf({ median: 100, iqr: 0 }, 0.1)).toBe(1);
    expect(scaleOf({ median: 100, iqr: 5 }, 0.1)).toBe(5);
    expect(scaleOf({ median: 1, iqr: 0 }, 0.1)).toBe(0.1);
  });
});
