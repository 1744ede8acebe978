import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge, ramp, steady, usage } from '@headwater/testkit/world/metrics.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

const GI = 1024 ** 3;

export const fault: Fault = {
  code: 'H06',
  name: 'limits removed, one workload fills the node',
  lookAlikes: ['U04', 'N04', 'P03'],
  scenario: {
    slug: 'synthetic-limits-removed',
    title: 'A node runs out of memory, no pod is over its limit',
    families: ['autoscaling', 'node'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const greedy = scene.random.pick('greedy', [bystanders.other, app.catalog]);
      const [home] = plan.nodes.filter(({ controlPlane }) => !controlPlane);
      if (!home) return plan;
      const at = scene.around('rollout', 36);
      rollOut(greedy, {
        at,
        manager: scene.random.pick('editor', ['vpa-recommender', 'kubectl-edit', greedy.manager]),
        spec: (spec) => {
          mainContainer(spec).resources = scene.random.chance('keeps-requests', 0.5)
            ? { requests: { cpu: '50m', memory: '64Mi' } }
            : {};
        },
      });
      if (scene.repaired) rollBack(greedy, scene.repairedAt);
      greedy.pods = Array.from({ length: greedy.replicas }, () => ({
        revision: 'current',
        state: running(),
        node: home.name,
      }));
      const [pod] = realise(plan, greedy).pods;
      const grown = ramp(at, scene.zero - 9 * MINUTE, [0.3 * GI, 13.1 * GI]);
      if (pod)
        addMetrics(
          plan,
          usage(scene, pod, {
            cores: steady(scene, 'greedy', 0.4),
            bytes: (time) => (scene.repaired ? 0.3 * GI : grown(time)),
          }),
        );
      for (const other of plan.workloads.filter((one) => one !== greedy))
        for (const neighbour of realise(plan, other).pods)
          if (neighbour.frame.node.name === home.name)
            addMetrics(
              plan,
              usage(scene, neighbour, { cores: () => 0.05, bytes: steady(scene, neighbour.name, 110e6) }),
            );
      memory(plan, home, { at, grown });
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      const other = random.pick('greedy', [true, false]);
      return causeIs({
        causes: [
          {
            kind: 'Deployment',
            namespace: other ? cast.otherNamespace : cast.namespace,
            name: other ? cast.otherApp : cast.catalog,
          },
        ],
        category: ['limits-missing', 'noisy-neighbour'],
        keywords: [['limit'], ['memory']],
        not: [{ kind: 'Node' }, { category: 'memory-leak' }, { category: 'oom-killed' }],
      });
    },
  },
};

function memory(plan: Plan, node: NodePlan, { at, grown }: { at: number; grown: (time: number) => number }): void {
  const { scene } = plan;
  const instance = `${node.address}:9100`;
  const host = { instance, job: 'node-exporter', node: node.name };
  const total = node.memoryGi * GI;
  addMetrics(
    plan,
    gauge(scene, 'node_memory_MemTotal_bytes', host, () => total),
    gauge(
      scene,
      'node_memory_MemAvailable_bytes',
      host,
      during(scene, at, { normal: () => 13.9 * GI, faulty: (time) => total - 1.8 * GI - grown(time) }),
    ),
  );
  alert(plan, {
    alertname: scene.random.pick('memory-alert', ['NodeMemoryHighUtilization', 'HostOutOfMemory']),
    severity: 'warning',
    labels: host,
    summary: 'Host is running out of memory.',
    description: `Memory is filling up at ${instance}, has been above 90% for the last 15 minutes, is currently at 91.20%.`,
    at: scene.before(2),
  });
}
