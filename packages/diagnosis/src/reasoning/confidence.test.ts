import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confidenceAt } from './confidence.ts';

describe('confidenceAt', () => {
  it('rises with the score and stays between 0 and 1, whatever the score', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (left, right) => {
        const [low, high] = left <= right ? [left, right] : [right, left];
        expect(confidenceAt(low).score).toBeLessThanOrEqual(confidenceAt(high).score);
        expect(confidenceAt(high).score).toBeLessThan(1);
        expect(confidenceAt(low).score).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is high only where nineteen of twenty are right, and low where one of seven is wrong', () => {
    expect([0.95, 0.8, 0.79, 0.55, 0.54, 0.2].map((score) => confidenceAt(score).band)).toEqual([
      'high',
      'high',
      'medium',
      'medium',
      'low',
      'low',
    ]);
    expect(confidenceAt(0.8).score).toBeGreaterThanOrEqual(0.95);
  });

  it('never promises certainty', () => {
    expect(confidenceAt(1)).toEqual({ band: 'high', score: 0.99 });
    expect(confidenceAt(0)).toEqual({ band: 'low', score: 0 });
  });
});
