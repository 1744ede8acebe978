import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';
import { servesWell } from './kit/healthy.ts';

/** The bank on the other side loses what it accepts: every call succeeds, the money does not come. An innocent release is near. */
export const scenario: HardScenario = {
  slug: 'unprovable-silent-provider',
  title: 'A business figure drops, and nothing in the cluster is different',
  theme: 'unprovable',
  families: ['hard', 'dependency'],
  accepts: ['no-fault'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    releasedWell(plan, app.frontend, scene.around('release', 40));
    servesWell(plan, [app.payments, app.orders, app.frontend]);
    alert(plan, {
      alertname: 'SettledPaymentsLow',
      severity: 'critical',
      labels: { namespace: app.namespace, service: app.payments.name },
      summary: 'Fewer settled payments than usual.',
      description: 'The bank confirms 70% fewer settlements than in the same hour of last week.',
      at: scene.around('fired', 19) + MINUTE,
    });
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
