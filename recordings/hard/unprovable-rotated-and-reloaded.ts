import { alert } from '@headwater/testkit/world/alerts.ts';
import { credentialsOf } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { restart } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';

/** A password was rotated and everybody restarted with it, as it should be; what a partner no longer buys shows nowhere. */
export const scenario: HardScenario = {
  slug: 'unprovable-rotated-and-reloaded',
  title: 'A business figure drops after a rotation that went well',
  theme: 'unprovable',
  families: ['hard'],
  accepts: ['no-fault'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'], decoy: false });
    const at = scene.around('rotated', 41);
    const name = credentialsOf(scene);
    const index = plan.objects.findIndex(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
    plan.objects[index] = secret(scene, {
      namespace: app.namespace,
      name,
      keys: ['password', 'username'],
      created: daysBefore(scene, 80),
      edited: { at, manager: 'external-secrets', keys: ['password'] },
    });
    for (const workload of [app.orders, app.catalog]) restart(workload, at + 60_000, stamp(at + 60_000));
    servesWell(plan, [app.orders, app.catalog, app.frontend]);
    alert(plan, {
      alertname: 'PartnerOrdersLow',
      severity: 'critical',
      labels: { namespace: app.namespace, service: app.orders.name },
      summary: 'Fewer orders of one partner than usual.',
      description: 'Orders of one partner are 80% below the same hour of last week.',
      at: scene.around('fired', 22),
    });
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
