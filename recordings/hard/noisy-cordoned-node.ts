import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';
import { cordonedForMonths, oldWarnings } from './kit/herrings.ts';

/** A node has been cordoned for months, with an alert of its own that only informs; everything runs elsewhere. */
export const scenario: HardScenario = {
  slug: 'noisy-cordoned-node',
  title: 'A latency alert on a cluster with a cordoned node',
  theme: 'healthy-but-noisy',
  families: ['hard', 'node'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    cordonedForMonths(plan);
    oldWarnings(plan, [app.extra], 2);
    servesWell(plan, [app.orders, app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 14));
    alert(plan, {
      alertname: 'InfoInhibitor',
      severity: 'info',
      labels: { namespace: app.namespace },
      summary: 'Info-level alert inhibition.',
      description: 'This is an alert that is used to inhibit info alerts.',
      at: scene.before(600),
    });
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
