import { deploymentReplicasMismatch, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** S06: one replica per host is required, and there are more replicas than hosts. */
export const scenario: Scenario = {
  slug: 'anti-affinity-conflict',
  title: 'Scaling up a service stopped halfway',
  families: ['scheduling'],
  cluster: { nodeCount: 2 },
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders } = app;
    const at = scene.around('scaled', 22);
    orders.spec['affinity'] = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: orders.selector }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    };
    scaleTo(orders, { from: 2, to: 4, at, manager: 'kubectl-scale' });
    if (scene.repaired) {
      scaleTo(orders, { from: 4, to: 2, at: scene.repairedAt, manager: 'kubectl-scale' });
      return plan;
    }
    const refused = unschedulableOn(plan, () => ({
      words: "node(s) didn't match pod anti-affinity rules",
      preemptable: true,
    }));
    orders.progress = 'complete';
    orders.pods = (orders.pods ?? []).map((pod, index) =>
      index < 2 ? pod : { ...pod, state: refused, salt: 'pending' },
    );
    for (const pod of realise(plan, orders).pods.slice(2)) podNotReady(plan, pod, at);
    deploymentReplicasMismatch(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['anti-affinity-conflict'],
      keywords: [['anti-affinity'], ['kubernetes.io/hostname', '4']],
      not: [{ kind: 'Node' }, { category: 'node-affinity-mismatch' }],
    }),
};
