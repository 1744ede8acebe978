import { deploymentReplicasMismatch, deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P10: the readiness probe asks for a path the application does not serve. */
export const scenario: Scenario = {
  slug: 'readiness-wrong-path',
  title: 'A rollout waits for a pod that is running but never ready',
  families: ['pod', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders } = app;
    const at = scene.around('rollout', 43);
    rollOut(orders, {
      at,
      spec: (spec) => {
        const probe = mainContainer(spec).readinessProbe;
        if (probe?.httpGet) probe.httpGet.path = pathOf(scene);
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      allPods(orders, running(), { survivor: true });
      return plan;
    }
    stuckRollout(orders, notReady({ probe: 'HTTP probe failed with statuscode: 404' }), running());
    const pod = realise(plan, orders).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentRolloutStuck(plan, orders, at);
    deploymentReplicasMismatch(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['probe-misconfigured'],
      keywords: [['readiness'], ['404'], [pathOf(scene)]],
      not: [{ kind: 'Node' }, { kind: 'Service' }],
    }),
};

function pathOf(scene: Scene): string {
  return scene.random.pick('bad-path', ['/actuator/health/readiness', '/readyz', '/health/ready', '/-/ready']);
}
