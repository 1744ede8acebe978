import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining, failedCall } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C04: a release spells the host of a dependency wrong; the dependency itself is fine and idle. */
export const scenario: Scenario = {
  slug: 'dependency-address-wrong',
  title: 'Every second request fails since a release',
  families: ['config', 'dns'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { orders, payments, port } = app;
    const at = scene.around('rollout', 27);
    const wrong = wrongHost(scene);
    rollOut(orders, { at, spec: (spec) => setEnv(mainContainer(spec), 'PAYMENTS_URL', `http://${wrong}:${port}`) });
    if (scene.repaired) rollBack(orders, scene.repairedAt);
    else {
      const error = `dial tcp: lookup ${wrong} on ${clusterAddress(scene, { namespace: 'kube-system', name: 'kube-dns' })}:53: no such host`;
      complaining(plan, orders, {
        complaints: [
          {
            since: at + 15_000,
            every: 40,
            say: failedCall({ to: payments.name, url: `http://${wrong}:${port}/authorize`, error }),
          },
        ],
      });
    }
    for (const pod of realise(plan, orders).pods) {
      addMetrics(
        plan,
        traffic(scene, pod, {
          rate: steady(scene, pod.name, 6),
          errors: during(scene, at, { normal: () => 0.002, faulty: () => 0.48 }),
        }),
      );
    }
    highErrorRate(plan, orders, { since: at, percent: 48 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['dependency-address-wrong', 'dns-name-wrong'],
      keywords: [[wrongHost(scene)], ['no such host', 'no Service', 'does not exist'], [scene.cast.payments]],
      not: [
        { category: 'dns-down' },
        { kind: 'Service', name: scene.cast.payments },
        { kind: 'Deployment', name: scene.cast.payments },
      ],
    }),
};

function wrongHost(scene: Scene): string {
  const { payments } = scene.cast;
  const position = Math.max(1, Math.floor(payments.length / 2) - 1);
  return payments.slice(0, position) + payments.slice(position + 1);
}
