import { type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Sample } from '../../metrics/onset.ts';
import { linearFit } from '../_shared/linear-fit.ts';

/** A straight rise of memory. */
export interface Climb {
  /** Bytes per millisecond. */
  readonly slope: number;
  readonly first: Sample;
  readonly last: Sample;
  readonly span: Millis;
}

interface Least {
  readonly span: Millis;
  readonly samples: number;
}

// A single climb must be long to be no warm-up; one that is repeated proves itself.
const ALONE: Least = { span: 15 * MINUTE, samples: 15 };
const REPEATED: Least = { span: 6 * MINUTE, samples: 6 };
// How straight the line must be, and how much must have been gained.
const MIN_FIT = 0.9;
const MIN_GAIN = 0.25;
// A container that is killed between two samples was not seen at its limit.
const NEAR_LIMIT = 0.8;

/** The straight climb since the last restart, when it is long, straight and high enough; a foretold one may be shorter. */
export function lastClimb(samples: readonly Sample[], foretold = false): Climb | null {
  const run = livesOf(samples).at(-1);
  return run ? climbOf(run, foretold ? REPEATED : ALONE) : null;
}

/**
 * The last of the climbs that ended at the limit, when there were several, or a long one, and the life after it has begun
 * to climb as they did.
 */
export function climbToLimit(samples: readonly Sample[], limit: number): Climb | null {
  const lives = livesOf(samples);
  const now = lives.pop();
  const last = lives.at(-1);
  if (!now || !last) return null;
  const reached = lives.flatMap((life) => {
    const climb = climbOf(life, REPEATED);
    return climb && climb.last[1] >= limit * NEAR_LIMIT ? [climb] : [];
  });
  const climb = reached.at(-1);
  if (!climb || climb.last !== last.at(-1)) return null;
  if (reached.length < 2 && !climbOf(last, ALONE)) return null;
  return climbsOn(now, climb) ? climb : null;
}

// A life of a third of the one before says nothing yet.
function climbsOn(life: readonly Sample[], before: Climb): boolean {
  const [first, last] = [life[0], life.at(-1)];
  if (!first || !last || last[0] - first[0] < before.span / 3) return true;
  return linearFit(life).slope >= before.slope / 2;
}

/** The samples of each life of the container: a fall by half or more is a restart. */
function livesOf(samples: readonly Sample[]): (readonly Sample[])[] {
  const starts = samples.flatMap(([, value], index) =>
    index === 0 || value < (samples[index - 1]?.[1] ?? 0) / 2 ? [index] : [],
  );
  return starts.map((start, index) => samples.slice(start, starts[index + 1]));
}

function climbOf(run: readonly Sample[], least: Least): Climb | null {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last || run.length < least.samples || last[0] - first[0] < least.span) return null;
  const { slope, fit } = linearFit(run);
  const span = last[0] - first[0];
  return slope > 0 && fit >= MIN_FIT && slope * span >= first[1] * MIN_GAIN ? { slope, first, last, span } : null;
}
