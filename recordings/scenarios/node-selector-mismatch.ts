import { deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** S03: the template asks for a node label value no node has. */
export const scenario: Scenario = {
  slug: 'node-selector-mismatch',
  title: 'A pod finds no node although the cluster is half empty',
  families: ['scheduling'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog } = app;
    for (const node of plan.nodes) node.labels['disktype'] = 'ssd';
    const at = scene.around('rollout', 30);
    rollOut(catalog, {
      at,
      spec: (spec) => {
        spec.nodeSelector = { disktype: 'nvme' };
      },
    });
    if (scene.repaired) {
      rollBack(catalog, scene.repairedAt);
      allPods(catalog, running(), { survivor: true });
      return plan;
    }
    stuckRollout(
      catalog,
      unschedulableOn(plan, () => ({ words: "node(s) didn't match Pod's node affinity/selector", preemptable: false })),
      running(),
    );
    const pod = realise(plan, catalog).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentReplicasMismatch(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['node-selector-mismatch'],
      keywords: [['nvme'], ['ssd', "didn't match Pod's node affinity/selector"]],
      not: [{ category: 'taint-not-tolerated' }, { category: 'insufficient-cpu' }, { kind: 'Node' }],
    }),
};
