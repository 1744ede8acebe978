import { basePlan } from '@headwater/testkit/world/base.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail, selectorEdited } from './kit/faults.ts';

const DAY = 24 * 60;

/** A Service was edited one and a half days ago; only its managedFields know. */
export const scenario: HardScenario = {
  slug: 'old-selector-edit',
  title: 'A month-end run cannot reach a backend',
  theme: 'older-than-events',
  families: ['hard', 'service'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments, orders, port } = app;
    selectorEdited(plan, payments, scene.before(1.5 * DAY));
    callsFail(plan, { caller: orders, callee: payments, port, since: scene.around('run', 20), percent: 41 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['selector-mismatch'],
      keywords: [['tier']],
      not: [{ kind: 'Deployment' }],
    }),
};
