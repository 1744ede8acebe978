import { deploymentReplicasMismatch, deploymentRolloutStuck } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { revisionsOf } from '@headwater/testkit/world/workload-names.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** Q06: a release asks for more memory than the namespace allows one container. */
export const scenario: Scenario = {
  slug: 'limit-range',
  title: 'A release with larger limits makes no pods',
  families: ['quota', 'admission'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, namespace } = app;
    const at = scene.around('rollout', 40);
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'v1', kind: 'LimitRange', namespace, name: 'container-limits' },
        made(daysBefore(scene, 75)),
        {
          spec: {
            limits: [
              {
                default: { memory: '256Mi' },
                defaultRequest: { memory: '128Mi' },
                max: { memory: '1Gi' },
                type: 'Container',
              },
            ],
          },
        },
      ),
    );
    rollOut(orders, {
      at,
      spec: (spec) => {
        const { resources } = mainContainer(spec);
        resources.limits = { ...resources.limits, memory: '2Gi' };
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      allPods(orders, running(), { survivor: true });
      return plan;
    }
    const hash = revisionsOf(orders).at(-1)?.hash;
    orders.refused = {
      count: 1,
      since: at + 1_000,
      message: `pods "${orders.name}-${hash}-${scene.random.suffix('refused', 5)}" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi`,
    };
    orders.pods = Array.from({ length: orders.replicas }, () => ({ revision: 'previous', state: running() }));
    deploymentRolloutStuck(plan, orders, at);
    deploymentReplicasMismatch(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'LimitRange', namespace: scene.cast.namespace, name: 'container-limits' },
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
      ],
      category: ['limit-range'],
      keywords: [['1Gi'], ['2Gi'], ['memory']],
      not: [{ category: 'quota-exceeded' }, { category: 'insufficient-memory' }],
    }),
};
