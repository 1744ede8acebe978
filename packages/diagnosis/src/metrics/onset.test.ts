import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findChange, type Sample, splitAt } from './onset.ts';

const STEP = 30_000;

function series(values: readonly number[]): Sample[] {
  return values.map((value, index) => [index * STEP, value] as const);
}

/** Seeded noise in [-1, 1], the same on every machine. */
function noise(seed: number, count: number): number[] {
  let state = seed >>> 0 || 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

describe('findChange', () => {
  it('finds a step where it happens, with both levels', () => {
    const change = findChange(
      series([
        ...Array.from({ length: 20 }, (_, i) => 10 + (i % 3)),
        ...Array.from({ length: 12 }, (_, i) => 90 + (i % 4)),
      ]),
      0.1,
    );
    expect(change).toMatchObject({ index: 20, onset: 20 * STEP, persists: true });
    expect(change?.before.median).toBe(11);
    expect(change?.after.median).toBeGreaterThan(90);
  });

  it('puts the onset at the foot of a ramp, not at its top', () => {
    const values = [
      ...Array.from({ length: 20 }, (_, i) => 10 + (i % 2)),
      20,
      40,
      60,
      80,
      ...Array.from({ length: 10 }, () => 100),
    ];
    const change = findChange(series(values), 0.1);
    expect(change?.onset).toBe(20 * STEP);
  });

  it('finds the first of two steps', () => {
    const values = [
      ...Array.from({ length: 14 }, (_, i) => 5 + (i % 2)),
      ...Array.from({ length: 14 }, (_, i) => 50 + (i % 2)),
      ...Array.from({ length: 14 }, (_, i) => 100 + (i % 2)),
    ];
    expect(findChange(series(values), 0.1)?.onset).toBe(14 * STEP);
  });

  it('says when the level has come back', () => {
    const values = [
      ...Array.from({ length: 30 }, (_, i) => 5 + (i % 2)),
      ...Array.from({ length: 20 }, () => 80),
      ...Array.from({ length: 8 }, (_, i) => 5 + (i % 2)),
    ];
    expect(findChange(series(values), 0.1)?.persists ?? false).toBe(false);
  });

  it('ignores a single spike, a slow drift, and a change below the floor', () => {
    expect(findChange(series(Array.from({ length: 40 }, (_, i) => (i === 30 ? 500 : 5 + (i % 2)))), 0.1)).toBeNull();
    expect(findChange(series(Array.from({ length: 60 }, (_, i) => 100 + i)), 0.1)).toBeNull();
    expect(
      findChange(
        series([...Array.from({ length: 20 }, () => 0.001), ...Array.from({ length: 20 }, () => 0.003)]),
        0.01,
      ),
    ).toBeNull();
  });

  it('does not mind a warm-up before a quiet baseline', () => {
    const values = [90, 86, 33, 20, 5, 5, 5, 5, 5, 5, 5, 5, 5, 700, 900, 900, 950, 900, 920];
    expect(findChange(series(values), 0.1)?.onset).toBe(13 * STEP);
  });

  it('needs samples on both sides', () => {
    expect(findChange(series([1, 1, 1, 9, 9]), 0.1)).toBeNull();
    expect(findChange([], 1)).toBeNull();
  });

  it('finds nothing in stationary noise of any seed, level and shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 12, max: 120 }),
        fc.constantFrom('flat', 'uniform', 'heavy', 'sine'),
        (seed, count, shape) => {
          const wild = noise(seed, count);
          const values = wild.map((value, index) => {
            if (shape === 'flat') return 50;
            if (shape === 'heavy') return 50 * Math.exp(0.7 * value * Math.abs(value) * 2);
            if (shape === 'sine') return 50 + 20 * Math.sin(index / 3) + 5 * value;
            return 50 + 20 * value;
          });
          expect(findChange(series(values), 0.5)).toBeNull();
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });

  it('finds a step far above the noise wherever it lies', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 10, max: 50 }), (seed, at) => {
        const values = noise(seed, 60).map((value, index) => 50 + 5 * value + (index >= at ? 200 : 0));
        expect(findChange(series(values), 0.5)?.index).toBe(at);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe('splitAt', () => {
  it('gives the levels on both sides of a time', () => {
    const split = splitAt(series([1, 1, 3, 3]), 2 * STEP);
    expect(split).toMatchObject({ beforeCount: 2, afterCount: 2, before: { median: 1 }, after: { median: 3 } });
    expect(splitAt(series([1]), 0)).toBeNull();
  });
});
