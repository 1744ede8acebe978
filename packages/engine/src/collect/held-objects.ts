import type { CachedObjects } from '../ports/cluster.ts';
import type { ObjectsRead } from './read-objects.ts';

/** What informers hold, in the shape a fresh read has: coverage and gaps by kind. */
export function heldObjects({ objects, kinds }: CachedObjects): ObjectsRead {
  return {
    objects,
    coverage: kinds.map(({ kind, state }) => ({ kind, state })),
    gaps: kinds
      .filter(({ state }) => state !== 'read')
      .map(({ kind, state, message }) => ({
        source: kind,
        statement: `${kind} objects ${state === 'forbidden' ? 'may not be listed' : 'cannot be followed'}: ${message}`,
        wouldShow: `the state of ${kind} objects`,
      })),
  };
}
