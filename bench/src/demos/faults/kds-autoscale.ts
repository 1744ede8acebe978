import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fireForPods, part } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { unschedulable } from '@headwater/testkit/world/pod-states/pending.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A Deployment is scaled until no node has two gibibytes left for the next Pod. */
export const fault: Fault = {
  code: 'KDS-autoscale',
  name: 'more replicas than the nodes hold',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-autoscale',
    title: 'Pods of one Deployment wait for a node',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-autoscale');
      const at = scene.around('scaled', 9);
      const web = part(plan, 'demo-autoscale', 'web-cluster', {
        image: 'nginx:1.27-alpine',
        port: 80,
        probes: '/',
        replicas: 2,
        memory: ['2Gi', '2Gi'],
        cpu: ['10m', '100m'],
      });
      scaleTo(web, { from: 2, to: 8, at, manager: 'kubectl' });
      const nodes = plan.nodes.length;
      web.pods = Array.from(
        { length: 8 },
        (_, index): PodPlan => ({
          revision: 'current',
          salt: `n${index}`,
          created: index < 2 ? web.changedAt + SECOND : at + SECOND,
          state:
            index < 5
              ? running()
              : unschedulable({
                  nodes,
                  why: `${nodes} Insufficient memory.`,
                  preemption: `${nodes} No preemption victims found for incoming pod.`,
                }),
        }),
      );
      web.progress = 'complete';
      fireForPods(plan, web, {
        alertname: 'KubePodSchedulingFailed',
        severity: 'critical',
        at: at + 3 * MINUTE,
        extra: { phase: 'Pending' },
        summary: () => 'Pods stuck Pending in demo-autoscale due to insufficient cluster resources.',
        description: () =>
          'One or more pods in the demo-autoscale namespace have been in Pending state for over 2 minutes. This typically indicates node capacity exhaustion -- no schedulable node has enough CPU or memory to satisfy the pod resource requests.',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-autoscale', name: 'web-cluster' }],
        category: ['insufficient-memory'],
      }),
  },
};
