import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { oldWarnings } from './kit/herrings.ts';

/** The Node is gone with its provider's instance, and so is whatever happened to it. */
export const scenario: HardScenario = {
  slug: 'unprovable-deleted-node',
  title: 'An alert about a Node that no longer exists',
  theme: 'unprovable',
  families: ['hard', 'node'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    oldWarnings(plan, [app.orders, app.catalog], 2);
    alert(plan, {
      alertname: 'KubeNodeNotReady',
      severity: 'warning',
      labels: { condition: 'Ready', node: 'ip-10-0-99-17.eu-west-1.compute.internal', status: 'true' },
      summary: 'Node is not ready.',
      description: 'ip-10-0-99-17.eu-west-1.compute.internal has been unready for more than 15 minutes.',
      at: scene.before(24),
    });
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
