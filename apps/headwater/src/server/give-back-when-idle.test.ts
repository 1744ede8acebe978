import { expect, it } from 'vitest';
import { idleAfterWork } from './give-back-when-idle.ts';

it('is due once after each time of work, when it is quiet again', () => {
  const isDue = idleAfterWork();
  const shares = [0.9, 0.15, 0.05, 0.01, 0.02, 0.15, 0.01, 0.3, 0.12, 0.04];
  expect(shares.map(isDue)).toEqual([false, false, true, false, false, false, false, false, false, true]);
});
