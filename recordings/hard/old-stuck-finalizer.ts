import { scenario as known } from '../scenarios/stuck-terminating.ts';
import { retell } from './kit/retell.ts';

/** The pod was deleted long ago; its metadata is all there is. */
export const scenario = retell(known, {
  slug: 'old-stuck-finalizer',
  title: 'A broker is away, and no Event of it is left',
  theme: 'older-than-events',
  astray: () => undefined,
  finish: (world) => ({ ...world, events: [] }),
});
