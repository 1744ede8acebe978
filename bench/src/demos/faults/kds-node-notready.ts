import { causeIs } from '../../../../recordings/expect.ts';
import { workersOf } from '../../synthetic/kit/nodes.ts';
import { demo, fire, part } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { aboutNode, loseKubelet, nodeUid } from '@headwater/testkit/world/node.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { nodeUnreachable } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The container of a node is paused: no lease, no status, its Pods unknown. */
export const fault: Fault = {
  code: 'KDS-node-notready',
  name: 'a node is paused',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-node-notready',
    title: 'A node is not ready',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-node');
      const { bad, good } = workersOf(plan);
      const at = scene.around('paused', 9);
      const web = part(plan, 'demo-node', 'web-service', {
        image: 'nginx:1.27-alpine',
        port: 80,
        probes: '/',
        replicas: 3,
        memory: ['32Mi', '64Mi'],
      });
      const marked = at + 45 * SECOND;
      web.pods = [0, 1, 2].map(
        (index): PodPlan => ({
          revision: 'current',
          salt: `n${index}`,
          node: index === 0 ? bad.name : good.name,
          state: index === 0 ? nodeUnreachable({ since: marked, condition: 'Unknown' }) : running(),
        }),
      );
      web.progress = 'complete';
      loseKubelet(bad, at);
      plan.events.push({
        about: aboutNode(bad, nodeUid(scene, bad)),
        type: 'Normal',
        reason: 'NodeNotReady',
        message: `Node ${bad.name} status is now: NodeNotReady`,
        component: 'node-controller',
        count: 1,
        first: marked,
        last: marked,
      });
      fire(plan, {
        alertname: 'KubeNodeNotReady',
        severity: 'critical',
        labels: {
          condition: 'Ready',
          job: 'kube-state-metrics',
          namespace: 'demo-node',
          node: bad.name,
          status: 'true',
        },
        summary: `Node ${bad.name} is in NotReady state for more than 1 minute.`,
        description:
          'A Kubernetes node has transitioned to NotReady status, indicating it is no longer healthy. Pods on this node may be disrupted. The node should be cordoned to prevent new scheduling and drained to reschedule existing workloads to healthy nodes.',
        at: marked + 3 * MINUTE,
      });
      return plan;
    },
    expected: () => causeIs({ causes: [{ kind: 'Node' }], category: ['kubelet-down', 'node-lost'] }),
  },
};
