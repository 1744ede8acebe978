import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { aboutNode, nodeUid } from '@headwater/testkit/world/node.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import type { PodPlan } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** H04: a budget wants every replica available, so the node that is to be replaced can never be drained. */
export const scenario: Scenario = {
  slug: 'pdb-blocks',
  title: 'A node upgrade has made no progress for half an hour',
  families: ['autoscaling', 'node'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, namespace } = app;
    const [draining, other] = plan.nodes.filter(({ controlPlane }) => !controlPlane);
    if (!draining || !other) return plan;
    const at = scene.around('drain', 34);
    const name = `${orders.name}-pdb`;
    const minAvailable = scene.repaired ? 1 : 2;
    const allowed = 2 - minAvailable;
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name },
        made(daysBefore(scene, 48)),
        {
          spec: { minAvailable, selector: { matchLabels: orders.selector } },
          status: {
            conditions: [
              {
                lastTransitionTime: stamp(daysBefore(scene, 48)),
                message: '',
                observedGeneration: 1,
                reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
                status: allowed > 0 ? 'True' : 'False',
                type: 'DisruptionAllowed',
              },
            ],
            currentHealthy: 2,
            desiredHealthy: minAvailable,
            disruptionsAllowed: allowed,
            expectedPods: 2,
            observedGeneration: 1,
          },
        },
      ),
    );
    const moved: PodPlan = scene.repaired
      ? { revision: 'current', state: running(), created: scene.repairedAt + 10_000, node: other.name, salt: 'moved' }
      : { revision: 'current', state: running(), node: draining.name };
    orders.pods = [{ revision: 'current', state: running(), node: other.name }, moved];
    if (!scene.repaired) draining.unschedulable = true;
    plan.events.push({
      about: aboutNode(draining),
      type: 'Normal',
      reason: 'NodeNotSchedulable',
      message: `Node ${draining.name} status is now: NodeNotSchedulable`,
      component: 'kubelet',
      host: draining.name,
      count: 1,
      first: at,
      last: at,
    });
    plan.events.push({
      about: aboutNode(draining, nodeUid(scene, draining)),
      type: 'Warning',
      reason: 'FailedDraining',
      message: `failed to drain node: error when evicting pods -n "${namespace}": Cannot evict pod as it would violate the pod's disruption budget. The disruption budget ${name} needs 2 healthy pods and has 2 currently`,
      component: 'node-upgrader',
      count: 26,
      first: at + 20_000,
      last: scene.before(1),
    });
    alert(plan, {
      alertname: 'NodeDrainStuck',
      severity: 'warning',
      labels: { node: draining.name },
      summary: 'A node drain does not finish.',
      description: `Draining ${draining.name} has been running for more than 20 minutes.`,
      at: at + 20 * MINUTE,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'PodDisruptionBudget', namespace: scene.cast.namespace, name: `${scene.cast.orders}-pdb` }],
      category: ['pdb-blocks'],
      keywords: [[`${scene.cast.orders}-pdb`], ['minAvailable', 'disruptionsAllowed', 'disruption budget']],
      not: [{ kind: 'Node' }, { category: 'node-cordoned' }],
    }),
};
