import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { HardScenario } from './hard-scenario.ts';

/** The log has no clock: its errors may be of today or of last month, and last month's incident had just such ones. */
export const scenario: HardScenario = {
  slug: 'unprovable-clockless-log',
  title: 'Errors in a log without times',
  theme: 'unprovable',
  families: ['hard'],
  accepts: ['no-fault'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'], decoy: false });
    const { orders, payments, port } = app;
    const container = mainContainer(orders.spec).name;
    const lines = [
      'starting',
      `listening on :${port}`,
      ...Array.from({ length: 6 }, () => `call to ${payments.name} failed: 503 Service Unavailable`),
      ...Array.from({ length: 9 }, (_, index) => `GET /api/orders/${index} 200`),
    ];
    orders.pods = Array.from({ length: orders.replicas }, () => ({
      revision: 'current' as const,
      state: running(),
      logs: () => [{ container, lines }],
    }));
    highErrorRate(plan, orders, { since: scene.around('fired', 19), percent: 22 });
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
