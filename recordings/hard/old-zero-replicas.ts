import { basePlan } from '@headwater/testkit/world/base.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail } from './kit/faults.ts';

const DAY = 24 * 60;

/** Scaled away one and a half days ago; its Event has long expired, and nobody called it until now. */
export const scenario: HardScenario = {
  slug: 'old-zero-replicas',
  title: 'Requests of a rare task fail, nothing has changed today',
  theme: 'older-than-events',
  families: ['hard', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments, orders, port } = app;
    scaleTo(payments, { from: 1, to: 0, at: scene.before(1.5 * DAY), manager: 'kubectl-scale' });
    callsFail(plan, { caller: orders, callee: payments, port, since: scene.around('task', 21), percent: 33 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['zero-replicas'],
      not: [{ kind: 'Deployment', name: scene.cast.orders }],
    }),
};
