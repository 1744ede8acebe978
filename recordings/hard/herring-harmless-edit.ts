import { scenario as known } from '../scenarios/oom-killed.ts';
import { harmlessEdit } from './kit/herrings.ts';
import { releasedWell } from './kit/faults.ts';
import { workloadOf } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** A log level was changed and another service released in the very minutes before; neither matters. */
export const scenario = retell(known, {
  slug: 'herring-harmless-edit',
  title: 'Restarts begin right after a ConfigMap was edited and a neighbour was released',
  theme: 'red-herring',
  astray(plan, scene) {
    harmlessEdit(plan, scene.cast.orders, scene.around('harmless', 29));
    releasedWell(plan, workloadOf(plan, scene.cast.frontend), scene.around('neighbour', 30));
  },
  not: (scene) => [{ kind: 'ConfigMap' }, { kind: 'Deployment', name: scene.cast.frontend }],
});
