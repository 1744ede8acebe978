import { scenario as known } from '../scenarios/node-selector-mismatch.ts';
import { retell } from './kit/retell.ts';

/** No Event is kept any more: the pod's own condition repeats what the scheduler said. */
export const scenario = retell(known, {
  slug: 'old-pending-pod',
  title: 'A pod has been pending for longer than anybody kept Events',
  theme: 'older-than-events',
  astray: () => undefined,
  finish: (world) => ({ ...world, events: [] }),
});
