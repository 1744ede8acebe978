import type { World } from '@headwater/testkit/world/world.ts';
import type { ArmSource } from './fault.ts';

/** The world as it looks to somebody who cannot read one source. */
export function without(world: World, source: ArmSource): World {
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
