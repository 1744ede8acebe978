import { scenario as known } from '../scenarios/certificate-not-ready.ts';
import { retell } from './kit/retell.ts';

/** A certificate was never issued; what its controllers once reported has expired, its status has not. */
export const scenario = retell(known, {
  slug: 'old-certificate',
  title: 'A host has no certificate, and no Event says why',
  theme: 'older-than-events',
  astray: () => undefined,
  finish: (world) => ({ ...world, events: [] }),
});
