import { databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { failsSinceRelease } from '../../kit/failing-release.ts';
import { databaseCall } from '../../kit/database.ts';
import { connectionRefused } from '../../kit/database-words.ts';

/** A release knocks at a port of the database where nobody listens; everybody else is served. */
export const fault: Fault = {
  code: 'Y04',
  name: 'wrong database port',
  lookAlikes: ['L03', 'K01', 'Y02', 'V02'],
  scenario: {
    slug: 'y04-database-address',
    title: 'A release cannot reach the database that all others reach',
    families: ['dependency', 'config'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { catalog } = app;
      const at = scene.around('rollout', 31);
      const port = wrongPort(scene);
      rollOut(catalog, { at, spec: (spec) => setEnv(mainContainer(spec), 'DB_PORT', String(port)) });
      const words = connectionRefused(scene, catalog, { ...databaseCall(plan, app, catalog), port });
      const dies = scene.random.chance('dies', 0.6);
      failsSinceRelease(plan, catalog, { at, words, dies, ran: 9, percent: 99 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
        category: ['dependency-address-wrong'],
        keywords: [[String(wrongPort(scene))], [String(databasePort(scene))], [scene.cast.database]],
        not: [
          { kind: 'StatefulSet' },
          { kind: 'Service' },
          { category: 'app-crash' },
          { category: 'network-policy-ingress' },
        ],
      }),
  },
};

function wrongPort(scene: Scene): number {
  return scene.random.pick('wrong-port', [databasePort(scene) + 1, databasePort(scene) + 1000, 6543, 1433]);
}
