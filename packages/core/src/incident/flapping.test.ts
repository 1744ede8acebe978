import { expect, it } from 'vitest';
import { MINUTE } from '../time.ts';
import { decideFlapping } from './flapping.ts';

const NOW = 1_000 * MINUTE;
const ago = (...minutes: readonly number[]) => minutes.map((one) => NOW - one * MINUTE);

it('is on after three cycles within the window, not before', () => {
  const calm = { flappingSince: null, lastTransitionAt: NOW };
  expect(decideFlapping({ ...calm, endedAt: ago(20, 0) }, NOW)).toEqual({
    flapping: false,
    changed: false,
    reason: '2 of 3 cycles',
  });
  expect(decideFlapping({ ...calm, endedAt: ago(30, 20, 0) }, NOW)).toMatchObject({ flapping: false });
  expect(decideFlapping({ ...calm, endedAt: ago(29, 20, 0) }, NOW)).toEqual({
    flapping: true,
    changed: true,
    reason: 'it fired and resolved 3 times in 30m',
  });
});

it('stays on until thirty minutes passed without a change', () => {
  const flapping = { flappingSince: NOW - 100 * MINUTE, endedAt: ago(31, 35) };
  expect(decideFlapping({ ...flapping, lastTransitionAt: NOW - 29 * MINUTE }, NOW)).toEqual({
    flapping: true,
    changed: false,
    reason: 'it changed 29m ago',
  });
  expect(decideFlapping({ ...flapping, lastTransitionAt: NOW - 30 * MINUTE }, NOW)).toEqual({
    flapping: false,
    changed: true,
    reason: 'it has not changed for 30m',
  });
});
