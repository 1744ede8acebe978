import { scenario as known } from '../scenarios/liveness-wrong-port.ts';
import { idleChaos, workloadOf } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** A chaos experiment selects the very service, but it is paused and everything it did is recovered. */
export const scenario = retell(known, {
  slug: 'herring-idle-chaos',
  title: 'A service a chaos experiment is written for restarts again and again',
  theme: 'red-herring',
  astray(plan, scene) {
    for (const name of [scene.cast.orders, scene.cast.catalog, scene.cast.frontend])
      idleChaos(plan, workloadOf(plan, name), scene.around(`chaos/${name}`, 50));
  },
  not: () => [{ category: 'chaos-experiment' }, { kind: 'NetworkChaos' }],
});
