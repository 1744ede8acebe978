import { deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** S01: a request larger than any node. */
export const scenario: Scenario = {
  slug: 'insufficient-cpu',
  title: 'A new pod has been pending since a change of its resources',
  families: ['scheduling'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders } = app;
    const at = scene.around('rollout', 45);
    rollOut(orders, {
      at,
      spec: (spec) => {
        const { resources } = mainContainer(spec);
        resources.requests = { ...resources.requests, cpu: requestOf(scene) };
        resources.limits = { ...resources.limits, cpu: requestOf(scene) };
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      allPods(orders, running(), { survivor: true });
      return plan;
    }
    stuckRollout(
      orders,
      unschedulableOn(plan, () => ({ words: 'Insufficient cpu', preemptable: true })),
      running(),
    );
    const pod = realise(plan, orders).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentRolloutStuck(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['insufficient-cpu'],
      keywords: [['Insufficient cpu'], [requestOf(scene)]],
      not: [{ category: 'node-selector-mismatch' }, { category: 'taint-not-tolerated' }, { kind: 'Node' }],
    }),
};

function requestOf(scene: Scene): string {
  return scene.random.pick('request', ['6', '8', '5500m', '12']);
}
