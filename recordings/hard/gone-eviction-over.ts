import { nodeNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { resolvedAt } from './kit/herrings.ts';

/** A node was away for a few minutes; its pods were made anew elsewhere, and whatever it was has left no trace. */
export const scenario: HardScenario = {
  slug: 'gone-eviction-over',
  title: 'A node alert that resolved itself, and pods half an hour old',
  theme: 'evidence-gone',
  families: ['hard', 'node'],
  accepts: ['insufficient-evidence'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const node = plan.nodes.at(-1);
    allPods(app.orders, running(), { created: scene.before(33) });
    allPods(app.catalog, running(), { created: scene.before(33) });
    servesWell(plan, [app.frontend]);
    if (node) nodeNotReady(plan, node, scene.before(58));
    resolvedAt(plan, scene.before(31));
    plan.forbiddenKinds.push('Event');
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
