import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { failsSinceRelease } from '../../kit/failing-release.ts';
import { databaseCall } from '../../kit/database.ts';
import { accessDenied } from '../../kit/database-words.ts';
import { routineSays, serverLog } from '../../kit/server-log.ts';

/** One client logs in as somebody the database does not know; some die of it at once, some at every request. */
export const fault: Fault = {
  code: 'Y02',
  name: 'wrong database credentials',
  lookAlikes: ['Y03', 'C08', 'Y04'],
  scenario: {
    slug: 'y02-credentials-of-one',
    title: 'One service is turned away by its database since its release',
    families: ['dependency', 'config'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
      const { catalog, database } = app;
      const at = scene.around('rollout', 33);
      const user = wrongUser(scene);
      rollOut(catalog, { at, spec: (spec) => setEnv(mainContainer(spec), 'DB_USER', user) });
      const postgres = scene.cast.engines.database === 'postgres';
      if (postgres && scene.random.chance('server-log', 0.5))
        serverLog(plan, database, {
          says: [
            routineSays(plan),
            {
              since: at + 12_000,
              every: 60,
              lines: [
                `{pg} [1841] FATAL:  password authentication failed for user "${user}"`,
                `{pg} [1841] DETAIL:  Role "${user}" does not exist.`,
              ],
            },
          ],
        });
      const words = accessDenied(scene, catalog, { ...databaseCall(plan, app, catalog), user });
      const dies = scene.random.chance('dies', 0.5);
      failsSinceRelease(plan, catalog, { at, words, dies, ran: 6, percent: 98 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
        category: ['credentials-invalid'],
        keywords: [['authentication failed', 'Access denied'], [wrongUser(scene)]],
        not: [{ kind: 'StatefulSet' }, { category: 'dependency-address-wrong' }, { category: 'config-stale' }],
      }),
  },
};

function wrongUser(scene: Scene): string {
  return scene.random.pick('wrong-user', [
    `${scene.cast.catalog.replaceAll('-', '_')}_ro`,
    'postgres_app',
    `${scene.cast.organisation}_svc`,
  ]);
}
