import { array, assert, double, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisNumber, seriesShape } from './series-path.ts';

const BOX = { width: 100, height: 50 };

describe('a series as a path', () => {
  it('stays inside its box and has numbers only', () => {
    const samples = array(tuple(integer({ min: 0, max: 1e9 }), double({ min: -1e9, max: 1e9, noNaN: true })), {
      minLength: 1,
    });
    assert(
      property(samples, (given) => {
        const shape = seriesShape(
          given.sort(([left], [right]) => left - right),
          BOX,
        );
        const numbers = (shape?.line ?? '').match(/-?[\d.]+/g)?.map(Number) ?? [];
        expect(
          numbers.every((number, index) => number >= 0 && number <= (index % 2 === 0 ? BOX.width : BOX.height)),
        ).toBe(true);
      }),
    );
  });

  it('leaves out what is no number, and runs flat through the middle', () => {
    expect(
      seriesShape(
        [
          [0, Number.NaN],
          [1, 5],
          [2, 5],
        ],
        BOX,
      ),
    ).toMatchObject({ line: 'M0.0 25.0L100.0 25.0', min: 5, max: 5 });
    expect(seriesShape([], BOX)).toBeNull();
  });
});

describe('a number at an axis', () => {
  it.each([
    [0.123456, '0.123'],
    [5.2, '5.2'],
    [2_147_483_648, '2.15B'],
  ])('%d is %s', (value, text) => expect(axisNumber(value, 'en')).toBe(text));
});
