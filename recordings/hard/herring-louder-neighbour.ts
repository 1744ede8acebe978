import { basePlan } from '@headwater/testkit/world/base.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail, targetPortEdited } from './kit/faults.ts';
import { crashesLoudly } from './kit/herrings.ts';

/** Another service of the namespace crash-loops since a quarter of an hour before, and has nothing to do with it. */
export const scenario: HardScenario = {
  slug: 'herring-louder-neighbour',
  title: 'Requests fail while pods of another service crash-loop beside it',
  theme: 'red-herring',
  families: ['hard', 'service'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene, { needs: ['payments'], decoy: false });
    const at = scene.around('edit', 23);
    crashesLoudly(app.extra, at - 15 * 60_000);
    crashesLoudly(bystanders.other, at - 11 * 60_000);
    targetPortEdited(plan, app.payments, { at, port: app.port + 1000 });
    callsFail(plan, { caller: app.orders, callee: app.payments, port: app.port, since: at });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['target-port-wrong'],
      not: [{ kind: 'Deployment' }],
    }),
};
