import { basePlan } from '@headwater/testkit/world/base.ts';
import { container, mainContainer, podSpec, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import type { PodSpecJson } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout } from '../../kit/pending.ts';

export const fault: Fault = {
  code: 'S11-hostport',
  name: 'host port conflict',
  lookAlikes: ['P13', 'V11', 'S06', 'S11'],
  scenario: {
    slug: 'synthetic-host-port',
    title: 'The pod of a new revision finds no node',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders } = app;
      const hostPort = portOf(scene);
      if (!ownPods(scene)) {
        const agent = container('agent', {
          image: 'quay.io/prometheus/node-exporter:v1.9.1',
          port: hostPort,
          requests: { cpu: '50m', memory: '32Mi' },
        });
        publish([agent], hostPort);
        const spec = podSpec([agent], { tolerations: [{ operator: 'Exists' }] });
        addWorkload(plan, 'kube-system', 'node-agent', { kind: 'DaemonSet', spec });
      } else {
        orders.spec = structuredClone(orders.spec);
        publish(orders.spec.containers, hostPort);
        orders.replicas = plan.nodes.filter(({ controlPlane }) => !controlPlane).length;
        orders.specExtra['strategy'] = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, type: 'RollingUpdate' };
      }
      const words = "node(s) didn't have free ports for the requested pod ports";
      pendingRollout(plan, app, {
        workload: orders,
        at: scene.around('rollout', 33),
        state: unschedulableOn(plan, () => ({ words, preemptable: true })),
        edit: (spec) => {
          const main = mainContainer(spec);
          main.image = `${splitImage(main.image).name}:v12.${scene.random.int('new-tag', 0, 9)}.0`;
          publish(spec.containers, hostPort);
        },
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['host-port-conflict'],
        keywords: [['hostPort', 'host port', 'free ports'], [String(portOf(scene))]],
        not: [{ kind: 'Node' }, { category: 'port-conflict' }, { category: 'anti-affinity-conflict' }],
      }),
  },
};

function ownPods(scene: Scene): boolean {
  return scene.random.chance('own-pods', 0.5);
}

function portOf(scene: Scene): number {
  return ownPods(scene) ? scene.random.pick('own-port', [8443, 9443, 30080]) : 9100;
}

function publish(containers: PodSpecJson['containers'], hostPort: number): void {
  for (const port of containers[0]?.ports ?? []) Object.assign(port, { hostPort });
}
