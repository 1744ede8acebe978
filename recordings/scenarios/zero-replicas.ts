import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P22: somebody scaled a backend to zero and forgot; its callers fail, and no pod anywhere looks bad. */
export const scenario: Scenario = {
  slug: 'zero-replicas',
  title: 'Requests fail although every pod is running',
  families: ['pod', 'service'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments, orders, port } = app;
    const at = scene.around('scaled', 24);
    const error = `dial tcp ${clusterAddress(scene, payments)}:${port}: connect: connection refused`;
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 4_000,
          every: 35,
          say: failedCall({ to: payments.name, url: `http://${payments.name}:${port}/authorize`, error }),
        },
      ],
    });
    scaleTo(payments, { from: 1, to: 0, at, manager: 'kubectl-scale' });
    if (scene.repaired) scaleTo(payments, { from: 0, to: 1, at: scene.repairedAt, manager: 'kubectl-scale' });
    highErrorRate(plan, orders, { since: at, percent: 41 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['zero-replicas'],
      keywords: [['replicas = 0', '0 replicas', 'to 0']],
      not: [
        { kind: 'Deployment', name: scene.cast.orders },
        { category: 'service-missing' },
        { category: 'selector-mismatch' },
      ],
      remediation: ['scale'],
    }),
};
