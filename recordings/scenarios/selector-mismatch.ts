import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** V01: somebody prepared a second version and pointed the Service at pods that do not exist yet. */
export const scenario: Scenario = {
  slug: 'selector-mismatch',
  title: 'A backend gets no requests any more and its callers are refused',
  families: ['service'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, catalog, port } = app;
    const at = scene.around('edit', 25);
    const service = plan.services.find(({ name }) => name === catalog.name);
    if (service) {
      service.changed = scene.repaired ? scene.repairedAt : at;
      service.manager = 'kubectl-edit';
      if (!scene.repaired) service.selector = { ...service.selector, track: 'stable' };
    }
    const error = `dial tcp ${clusterAddress(scene, catalog)}:${port}: connect: connection refused`;
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 3_000,
          every: 35,
          say: failedCall({ to: catalog.name, url: `http://${catalog.name}:${port}/items`, error }),
        },
      ],
    });
    highErrorRate(plan, orders, { since: at, percent: 74 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['selector-mismatch'],
      keywords: [['track'], ['stable']],
      not: [{ kind: 'Deployment' }, { category: 'target-port-wrong' }, { category: 'zero-replicas' }],
    }),
};
