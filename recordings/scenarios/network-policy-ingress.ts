import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** K01: a new policy lets only the frontend in; the service that really calls times out. */
export const scenario: Scenario = {
  slug: 'network-policy-ingress',
  title: 'Calls between two services time out, both look healthy',
  families: ['network'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { orders, payments, frontend, namespace, port } = app;
    const at = scene.around('policy', 21);
    const identity = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespace, name: nameOf(scene) };
    if (!scene.repaired) {
      plan.objects.push(
        object(scene, identity, made(at), {
          spec: {
            ingress: [
              { from: [{ podSelector: { matchLabels: frontend.selector } }], ports: [{ port, protocol: 'TCP' }] },
            ],
            podSelector: { matchLabels: payments.selector },
            policyTypes: ['Ingress'],
          },
        }),
      );
    }
    const error = `dial tcp ${clusterAddress(scene, payments)}:${port}: i/o timeout`;
    complaining(plan, orders, {
      complaints: [
        {
          since: at + 6_000,
          every: 45,
          say: failedCall({ to: payments.name, url: `http://${payments.name}:${port}/authorize`, error }),
        },
      ],
    });
    for (const pod of realise(plan, payments).pods)
      addMetrics(
        plan,
        traffic(scene, pod, { rate: during(scene, at, { normal: steady(scene, 'rate', 5), faulty: () => 0 }) }),
      );
    for (const pod of realise(plan, orders).pods)
      addMetrics(
        plan,
        traffic(scene, pod, {
          rate: steady(scene, pod.name, 6),
          errors: during(scene, at, { normal: () => 0.002, faulty: () => 0.52 }),
        }),
      );
    highErrorRate(plan, orders, { since: at, percent: 52 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'NetworkPolicy', namespace: scene.cast.namespace, name: nameOf(scene) }],
      category: ['network-policy-ingress'],
      keywords: [[nameOf(scene)], [scene.cast.payments], [scene.cast.orders]],
      not: [{ kind: 'Service' }, { category: 'dns-down' }, { category: 'target-port-wrong' }],
    }),
};

function nameOf(scene: Scene): string {
  return scene.random.pick('policy-name', [`${scene.cast.payments}-allow-frontend`, 'restrict-payments', 'pci-zone']);
}
