import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** The alerting service was released three minutes before; the fault is a Service somebody else edited. */
export const scenario: Scenario = {
  slug: 'hard-red-herring-rollout',
  title: 'Errors right after a release',
  families: ['hard', 'service', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { orders, payments, port } = app;
    const edit = scene.around('edit', 22);
    const release = edit - 3 * 60_000;
    const tag = `v12.${scene.random.int('innocent', 0, 30)}.0`;
    rollOut(orders, {
      at: release,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${splitImage(main.image).name}:${tag}`;
      },
    });
    plan.changes.push({
      time: release - 20_000,
      kind: 'deploy',
      title: `Deploy ${orders.name} ${tag}`,
      source: 'ci',
      subject: { kind: 'Deployment', namespace: orders.namespace, name: orders.name },
    });
    plan.sources.changes = 'present';
    const service = plan.services.find(({ name }) => name === payments.name);
    if (service) {
      service.changed = scene.repaired ? scene.repairedAt : edit;
      service.manager = 'kubectl-patch';
      if (!scene.repaired) service.ports = [{ name: 'http', port, protocol: 'TCP', targetPort: port + 443 }];
    }
    const error = `dial tcp ${clusterAddress(scene, payments)}:${port}: connect: connection refused`;
    complaining(plan, orders, {
      complaints: [
        {
          since: edit + 2_000,
          every: 30,
          say: failedCall({ to: payments.name, url: `http://${payments.name}:${port}/authorize`, error }),
        },
      ],
    });
    for (const pod of realise(plan, orders).pods) {
      addMetrics(
        plan,
        traffic(scene, pod, {
          rate: steady(scene, 'rate', 7),
          errors: during(scene, edit, { normal: () => 0.001, faulty: () => 0.57 }),
        }),
      );
    }
    highErrorRate(plan, orders, { since: edit, percent: 57 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['target-port-wrong'],
      keywords: [[String(scene.random.pick('app-port', [8080, 8000, 3000, 9000]) + 443)]],
      not: [{ kind: 'Deployment', name: scene.cast.orders }, { category: 'version-errors' }],
    }),
};
