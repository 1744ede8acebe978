import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { expect, it } from 'vitest';
import type { Sample } from '../../metrics/onset.ts';
import { runwayOf } from './runway.ts';

function line(values: readonly number[]): { samples: Sample[] } {
  return { samples: values.map((value, index): Sample => [index * MINUTE, value]) };
}

it('tells when a straight rise reaches its bound', () => {
  const rising = line([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
  expect(runwayOf(rising, 1)).toBeCloseTo(4 * MINUTE, 0);
});

it('sees a rise that began within the window', () => {
  const late = line([...Array<number>(20).fill(0.2), 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55]);
  expect(runwayOf(late, 1)).toBeLessThan(HOUR);
});

it('promises nothing of what is flat, falls, or is too short', () => {
  expect(runwayOf(line(Array<number>(20).fill(0.5)), 1)).toBeNull();
  expect(runwayOf(line([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), 1)).toBeNull();
  expect(runwayOf(line([0.1, 0.5]), 1)).toBeNull();
});
