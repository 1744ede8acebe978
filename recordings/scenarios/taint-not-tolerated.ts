import { MINUTE } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** S05: somebody dedicated every worker to another team; pods that must move find no node. */
export const scenario: Scenario = {
  slug: 'taint-not-tolerated',
  title: 'A pod that was deleted does not come back',
  families: ['scheduling', 'node'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { frontend } = app;
    const at = scene.around('deleted', 24);
    frontend.progress = 'complete';
    if (scene.repaired) {
      allPods(frontend, running(), { created: scene.repairedAt + 5_000 });
      return plan;
    }
    const value = scene.random.pick('taint-value', ['batch', 'ml-training', 'etl']);
    for (const node of plan.nodes)
      if (!node.controlPlane) node.taints.push({ effect: 'NoSchedule', key: 'dedicated', value });
    allPods(
      frontend,
      unschedulableOn(plan, () => ({ words: 'never reached', preemptable: false })),
      { created: at + MINUTE },
    );
    for (const pod of realise(plan, frontend).pods) podNotReady(plan, pod, at);
    deploymentReplicasMismatch(plan, frontend, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Node' }, { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.frontend }],
      category: ['taint-not-tolerated'],
      keywords: [['dedicated'], ['untolerated taint', 'tolerat']],
      not: [{ category: 'node-cordoned' }, { category: 'insufficient-cpu' }],
    }),
};
