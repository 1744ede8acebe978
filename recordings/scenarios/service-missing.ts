import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** V06: a clean-up deleted a Service that was still in use; its pods run on unseen. */
export const scenario: Scenario = {
  slug: 'service-missing',
  title: 'A name that always resolved is unknown',
  families: ['service', 'dns'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, catalog, frontend, port, namespace } = app;
    const at = scene.around('deleted', 24);
    const index = plan.services.findIndex(({ name }) => name === catalog.name);
    const [service] = plan.services.splice(index, 1);
    if (service) {
      const identity = { apiVersion: 'v1', kind: 'Service', namespace, name: catalog.name };
      const before = object(
        scene,
        identity,
        { created: service.created, labels: service.labels },
        {
          spec: {
            clusterIP: clusterAddress(scene, catalog),
            ports: service.ports,
            selector: service.selector,
            type: 'ClusterIP',
          },
        },
      );
      plan.journal.push(
        { observedAt: scene.before(70), type: 'ADDED', object: before },
        { observedAt: at, type: 'DELETED', object: before },
      );
      plan.sources.history = 'present';
      if (scene.repaired) plan.services.push({ ...service, created: scene.repairedAt });
    }
    const dns = clusterAddress(scene, { namespace: 'kube-system', name: 'kube-dns' });
    const error = `dial tcp: lookup ${catalog.name} on ${dns}:53: no such host`;
    for (const caller of [orders, frontend]) {
      complaining(plan, caller, {
        complaints: [
          {
            since: at + 31_000,
            every: 40,
            say: failedCall({ to: catalog.name, url: `http://${catalog.name}:${port}/items`, error }),
          },
        ],
      });
    }
    highErrorRate(plan, orders, { since: at, percent: 71 });
    highErrorRate(plan, frontend, { since: at, percent: 58 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['service-missing'],
      keywords: [[scene.cast.catalog], ['no such host', 'no Service', 'deleted']],
      not: [{ category: 'dns-down' }, { category: 'dependency-address-wrong' }, { kind: 'Deployment' }],
    }),
};
