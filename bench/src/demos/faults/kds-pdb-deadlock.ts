import { causeIs } from '../../../../recordings/expect.ts';
import { nodeEvent, workersOf } from '../../synthetic/kit/nodes.ts';
import { demo, fire, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A budget demands as many Pods as there are; the drain of a node can evict none. */
export const fault: Fault = {
  code: 'KDS-pdb-deadlock',
  name: 'a budget that allows no disruption',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-pdb-deadlock',
    title: 'A disruption budget is at its limit',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-pdb');
      const { bad, good } = workersOf(plan);
      const at = scene.around('drain', 9);
      const payment = part(plan, 'demo-pdb', 'payment-service', {
        image: 'nginx:1.27-alpine',
        port: 80,
        probes: '/',
        replicas: 2,
        memory: ['32Mi', '64Mi'],
      });
      payment.pods = [bad, good].map(
        ({ name }, index): PodPlan => ({ revision: 'current', state: running(), node: name, salt: `n${index}` }),
      );
      bad.unschedulable = true;
      plan.objects.push(
        object(
          scene,
          { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: 'demo-pdb', name: 'payment-service-pdb' },
          made(payment.created),
          {
            spec: { minAvailable: 2, selector: { matchLabels: payment.selector } },
            status: {
              conditions: [
                {
                  lastTransitionTime: stamp(payment.created),
                  message: '',
                  observedGeneration: 1,
                  reason: 'InsufficientPods',
                  status: 'False',
                  type: 'DisruptionAllowed',
                },
              ],
              currentHealthy: 2,
              desiredHealthy: 2,
              disruptionsAllowed: 0,
              expectedPods: 2,
              observedGeneration: 1,
            },
          },
        ),
      );
      nodeEvent(plan, bad, {
        reason: 'NodeNotSchedulable',
        type: 'Normal',
        message: `Node ${bad.name} status is now: NodeNotSchedulable`,
        first: at,
      });
      fire(plan, {
        alertname: 'KubePodDisruptionBudgetAtLimit',
        severity: 'warning',
        labels: { job: 'kube-state-metrics', namespace: 'demo-pdb', poddisruptionbudget: 'payment-service-pdb' },
        summary: 'PDB payment-service-pdb in namespace demo-pdb is at disruption limit - blocking node drain/eviction',
        description:
          'The PodDisruptionBudget is preventing pod evictions because minAvailable equals current available pods. This typically occurs during node maintenance (drain/cordon) when the PDB blocks eviction of the last available replica. The PDB should be temporarily relaxed to allow at least 1 disruption.',
        at: at + 3 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'PodDisruptionBudget', namespace: 'demo-pdb', name: 'payment-service-pdb' }],
        category: ['pdb-blocks'],
      }),
  },
};
