import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** V02, V03: the Service leads to a port no container listens on, or to a name no container declares. */
export const scenario: Scenario = {
  slug: 'target-port-wrong',
  title: 'Connections to a ready backend are refused',
  families: ['service'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { orders, payments, port } = app;
    const at = scene.around('edit', 22);
    const service = plan.services.find(({ name }) => name === payments.name);
    if (service) {
      service.changed = scene.repaired ? scene.repairedAt : at;
      service.manager = 'kubectl-edit';
      const targetPort = targetOf(scene, port);
      if (!scene.repaired) service.ports = [{ name: 'http', port, protocol: 'TCP', targetPort }];
    }
    const error = `dial tcp ${clusterAddress(scene, payments)}:${port}: connect: connection refused`;
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 3_000,
          every: 30,
          say: failedCall({ to: payments.name, url: `http://${payments.name}:${port}/authorize`, error }),
        },
      ],
    });
    highErrorRate(plan, orders, { since: at, percent: 66 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['target-port-wrong'],
      keywords: [[String(targetOf(scene, scene.random.pick('app-port', [8080, 8000, 3000, 9000])))]],
      not: [{ kind: 'Deployment' }, { category: 'selector-mismatch' }, { category: 'network-policy-ingress' }],
    }),
};

function targetOf(scene: Scene, port: number): number | string {
  return scene.random.pick('target', [port + 1000, 'web', 'http-main', 8443]);
}
