import { basePlan } from '@headwater/testkit/world/base.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail, selectorEdited, tagMissing } from './kit/faults.ts';

/** One service, two mistakes: its new version was never pushed, and its Service was edited so that it finds no pod. */
export const scenario: HardScenario = {
  slug: 'two-same-app',
  title: 'A rollout does not come up, and calls to the same service fail',
  theme: 'two-faults',
  families: ['hard', 'image', 'service'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments, orders, port } = app;
    tagMissing(plan, payments, { at: scene.around('rollout', 46) });
    const edit = scene.around('edit', 21);
    selectorEdited(plan, payments, edit);
    callsFail(plan, { caller: orders, callee: payments, port, since: edit });
    return plan;
  },
  expected: (scene) => {
    const { namespace, payments, orders } = scene.cast;
    return causeIs({
      causes: [
        { kind: 'Deployment', namespace, name: payments },
        { kind: 'Service', namespace, name: payments },
      ],
      allCauses: true,
      category: ['image-not-found', 'selector-mismatch'],
      keywords: [['not found'], ['tier']],
      not: [{ kind: 'Deployment', name: orders }],
    });
  },
};
