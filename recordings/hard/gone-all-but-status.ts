import { scenario as known } from '../scenarios/oom-killed.ts';
import { retell } from './kit/retell.ts';

/** Neither logs nor Events nor metrics could be read: the container's last state is enough. */
export const scenario = retell(known, {
  slug: 'gone-all-but-status',
  title: 'Restarts, seen by somebody who may read objects alone',
  theme: 'evidence-gone',
  astray: () => undefined,
  finish: (world) => ({
    ...world,
    events: [],
    logs: [],
    metrics: [],
    traces: [],
    forbiddenKinds: [...world.forbiddenKinds, 'Event'],
    sources: { ...world.sources, logs: 'forbidden', metrics: 'unreachable', traces: 'absent' },
  }),
});
