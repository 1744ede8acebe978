import type { VerbContext } from '../context.ts';
import { sweepExpired } from './sweep-expired.ts';
import { sweepFlapping } from './sweep-flapping.ts';
import { sweepMuted } from './sweep-muted.ts';
import { sweepQuiet } from './sweep-quiet.ts';
import { sweepSnoozed } from './sweep-snoozed.ts';

export const SWEEPS = ['expired', 'muted', 'quiet', 'snoozed', 'flapping'] as const;

export type SweepName = (typeof SWEEPS)[number];

export interface SweepOptions {
  /** Milliseconds without a firing alert after which an incident is resolved. */
  readonly quietPeriod: number;
  /** Told of a sweep that failed; the others run all the same. */
  readonly onError: (sweep: SweepName, error: unknown) => void;
}

/**
 * Does what the passing of time asks for; meant to be called every few seconds, by any number of processes. Returns how
 * many rows each sweep changed.
 */
export async function runSweeps(ctx: VerbContext, options: SweepOptions): Promise<Readonly<Record<SweepName, number>>> {
  const sweeps: Readonly<Record<SweepName, () => Promise<number>>> = {
    expired: () => sweepExpired(ctx),
    muted: () => sweepMuted(ctx),
    quiet: () => sweepQuiet(ctx, options.quietPeriod),
    snoozed: () => sweepSnoozed(ctx),
    flapping: () => sweepFlapping(ctx),
  };
  const changed = { expired: 0, muted: 0, quiet: 0, snoozed: 0, flapping: 0 };
  for (const name of SWEEPS) {
    try {
      changed[name] = await untilNothing(sweeps[name]);
    } catch (error) {
      options.onError(name, error);
    }
  }
  return changed;
}

// A sweep takes a bounded batch in a transaction of its own; after a storm there are many. The bound leaves time for the others.
const MOST_ROUNDS = 25;

async function untilNothing(sweep: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const changed = await sweep();
    if (changed === 0) break;
    sum += changed;
  }
  return sum;
}
