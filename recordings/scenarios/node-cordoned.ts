import { deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { aboutNode, nodeUid } from '@headwater/testkit/world/node.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

const POOL = 'workload-pool';

/** S08: the only node of a pool was cordoned for maintenance and never given back. */
export const scenario: Scenario = {
  slug: 'node-cordoned',
  title: 'A service is down since last night although nodes are ready',
  families: ['scheduling', 'node'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog } = app;
    const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
    const home = workers.at(-1);
    for (const node of workers) node.labels[POOL] = node === home ? 'search' : 'general';
    catalog.spec.nodeSelector = { [POOL]: 'search' };
    catalog.progress = 'complete';
    const at = scene.around('deleted', 33);
    const cordonedAt = at - 6 * 60_000;
    if (!home) return plan;
    plan.events.push({
      about: aboutNode(home),
      type: 'Normal',
      reason: 'NodeNotSchedulable',
      message: `Node ${home.name} status is now: NodeNotSchedulable`,
      component: 'kubelet',
      host: home.name,
      count: 1,
      first: cordonedAt,
      last: cordonedAt,
    });
    if (scene.repaired) {
      plan.events.push({
        about: aboutNode(home, nodeUid(scene, home)),
        type: 'Normal',
        reason: 'NodeSchedulable',
        message: `Node ${home.name} status is now: NodeSchedulable`,
        component: 'kubelet',
        host: home.name,
        count: 1,
        first: scene.repairedAt,
        last: scene.repairedAt,
      });
      allPods(catalog, running(), { created: scene.repairedAt + 3_000, node: home.name });
      return plan;
    }
    home.unschedulable = true;
    allPods(
      catalog,
      unschedulableOn(plan, () => ({ words: "node(s) didn't match Pod's node affinity/selector", preemptable: false })),
      { created: at },
    );
    for (const pod of realise(plan, catalog).pods) podNotReady(plan, pod, at);
    deploymentReplicasMismatch(plan, catalog, at);
    return plan;
  },
  expected: () =>
    causeIs({
      causes: [{ kind: 'Node' }],
      category: ['node-cordoned'],
      keywords: [['unschedulable', 'cordon']],
      not: [{ category: 'node-selector-mismatch' }, { category: 'insufficient-cpu' }],
    }),
};
