import { scenario as known } from '../scenarios/credentials-invalid.ts';
import { releasedWell } from './kit/faults.ts';
import { cordonedForMonths, workloadOf } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** The frontend was released a few minutes before and a node is cordoned; the database's password was changed. */
export const scenario = retell(known, {
  slug: 'herring-release-beside-credentials',
  title: 'Errors after a release, on a cluster with a cordoned node',
  theme: 'red-herring',
  astray(plan, scene) {
    releasedWell(plan, workloadOf(plan, scene.cast.frontend), scene.around('good-release', 26));
    cordonedForMonths(plan);
  },
  not: (scene) => [{ kind: 'Node' }, { kind: 'Deployment', name: scene.cast.frontend }],
});
