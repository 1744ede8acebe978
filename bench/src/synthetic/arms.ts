import type { World } from '@headwater/testkit/world/world.ts';
import { withDecoys } from './decoys.ts';
import { ARM_SOURCES, type ArmSource } from './fault.ts';

/** Every view of a faulty world that is scored: as it is, with more that misleads, and without one source. */
export const ARMS = ['full', 'decoys', ...ARM_SOURCES.map((source) => `no-${source}` as const)] as const;
export type Arm = (typeof ARMS)[number];

/** A world as an arm shows it. */
export function seenBy(world: World, arm: Arm): World {
  if (arm === 'full') return world;
  if (arm === 'decoys') return withDecoys(world);
  const source = ARM_SOURCES.find((name) => arm === `no-${name}`);
  return source ? without(world, source) : world;
}

/** The world as it looks to somebody who cannot read one source. */
function without(world: World, source: ArmSource): World {
  switch (source) {
    case 'events':
      return { ...world, events: [], forbiddenKinds: [...new Set([...world.forbiddenKinds, 'Event'])] };
    case 'logs':
      return { ...world, logs: [], sources: { ...world.sources, logs: 'forbidden' } };
    case 'metrics':
      return { ...world, metrics: [], sources: { ...world.sources, metrics: 'unreachable' } };
    case 'traces':
      return { ...world, traces: [], sources: { ...world.sources, traces: 'unreachable' } };
  }
}
