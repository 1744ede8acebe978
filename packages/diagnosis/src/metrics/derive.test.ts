import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketQuantile, combine, divide, rateOf } from './derive.ts';
import type { Sample } from './onset.ts';

const STEP = 60_000;

function series(values: readonly number[], step = STEP): Sample[] {
  return values.map((value, index) => [index * step, value] as const);
}

const values = (samples: readonly Sample[]): number[] => samples.map(([, value]) => value);

describe('rateOf', () => {
  it('gives increase per second and survives a reset', () => {
    expect(values(rateOf(series([0, 60, 180, 30, 90])))).toEqual([1, 2, 0.5, 1]);
  });

  it('looks back a minute when samples are denser than scrapes', () => {
    const dense = series([0, 0, 0, 0, 60, 60, 60, 60, 120, 120, 120, 120], 15_000);
    expect(values(rateOf(dense)).slice(4)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('is never negative for a counter', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 2, maxLength: 30 }), (counter) => {
        for (const rate of values(rateOf(series(counter)))) expect(rate).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('combine', () => {
  it('folds per slot whatever the order of the series', () => {
    const lists = [
      series([1, 2, 3]),
      series([10, 20]),
      series([5, 5, 5]).map(([time, value]): Sample => [time + 4000, value]),
    ];
    expect(values(combine(lists, 'sum'))).toEqual([16, 27, 8]);
    expect(values(combine([...lists].reverse(), 'sum'))).toEqual([16, 27, 8]);
    expect(values(combine(lists, 'max'))).toEqual([10, 20, 5]);
    expect(values(combine(lists, 'min'))).toEqual([1, 2, 3]);
  });
});

describe('divide', () => {
  it('keeps only slots with a denominator', () => {
    expect(divide(series([1, 1, 1]), series([2, 0, 4]))).toEqual([
      [0, 0.5],
      [2 * STEP, 0.25],
    ]);
  });
});

describe('bucketQuantile', () => {
  it('interpolates within the bucket and stops at the last finite bound', () => {
    const counter = (perStep: number): Sample[] => series([0, perStep, 2 * perStep]);
    const buckets = new Map([
      [0.1, [counter(50)]],
      [0.2, [counter(90)]],
      [Number.POSITIVE_INFINITY, [counter(100)]],
    ]);
    expect(values(bucketQuantile(buckets, 0.5))).toEqual([0.1, 0.1]);
    expect(values(bucketQuantile(buckets, 0.7))[0]).toBeCloseTo(0.15);
    expect(values(bucketQuantile(buckets, 0.99))).toEqual([0.2, 0.2]);
  });

  it('says nothing while nothing is observed', () => {
    expect(bucketQuantile(new Map([[1, [series([5, 5, 5])]]]), 0.5)).toEqual([]);
  });
});
