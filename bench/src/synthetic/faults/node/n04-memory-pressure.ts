import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, ramp, steady, usage } from '@headwater/testkit/world/metrics.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { evictedAndReplaced, underPressure } from '../../kit/node-pressure.ts';
import { measureOthers } from '../../kit/measured.ts';
import { hostGauge, nodeEvent, workersOf } from '../../kit/nodes.ts';

const GI = 1024 ** 3;

/** N04: a pod without a memory limit takes the memory of its node, pods of others are evicted. */
export const fault: Fault = {
  code: 'N04',
  name: 'memory pressure on a node',
  lookAlikes: ['P01', 'N05', 'N07', 'U04'],
  scenario: {
    slug: 'n04-memory-pressure',
    title: 'Pods of several teams disappear from one node',
    families: ['node', 'pod'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const { bad, good } = workersOf(plan);
      const { random } = scene;
      const { other } = bystanders;
      const at = scene.around('full', 19);
      const started = at - 16 * MINUTE;
      rollOut(other, {
        at: started,
        spec: (spec) => {
          mainContainer(spec).resources = { requests: { cpu: '50m', memory: '64Mi' } };
          mainContainer(spec).args = ['--cache-size=0', '--preload'];
        },
      });
      if (scene.repaired) rollBack(other, scene.repairedAt);
      other.pods = [{ revision: 'current', state: running(), node: bad.name }];
      const free = random.int('free', 61_000, 98_000);
      for (const [index, workload] of [app.catalog, app.extra].entries()) {
        const use = random.int(`use/${index}`, 180_000, 260_000);
        const container = mainContainer(workload.spec).name;
        const message = `The node was low on resource: memory. Threshold quantity: 100Mi, available: ${free}Ki. Container ${container} was using ${use}Ki, request is ${mainContainer(workload.spec).resources.requests?.['memory'] ?? '0'}, has larger consumption of memory. `;
        workload.progress = 'complete';
        workload.pods = evictedAndReplaced(scene, { at: at + 15 * SECOND, message, from: bad, to: good });
      }
      memory(plan, { bad, other, times: [started, at] });
      measureOthers(plan, [other]);
      underPressure(plan, bad, { type: 'MemoryPressure', at, tries: 11 });
      if (random.chance('system-oom', 0.5))
        nodeEvent(plan, bad, {
          reason: 'SystemOOM',
          message: `System OOM encountered, victim process: ${random.pick('victim', ['java', 'node', 'python3', 'nginx'])}, pid: ${random.int('pid', 4000, 90_000)}`,
          first: at - 8 * SECOND,
        });
      if (scene.repaired) return plan;
      deploymentReplicasMismatch(plan, app.catalog, at);
      alert(plan, {
        alertname: 'NodeMemoryHighUtilization',
        severity: 'warning',
        labels: { instance: bad.name, job: 'node-exporter', node: bad.name },
        summary: 'Host is running out of memory.',
        description: `Memory is filling up at ${bad.name}, has been above 90% for the last 15 minutes, is currently at 98.90%.`,
        at: at - 2 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Node' },
          { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
        ],
        category: ['node-memory-pressure', 'noisy-neighbour', 'limits-missing'],
        keywords: [['memory'], [scene.cast.otherApp]],
        not: [
          { kind: 'Deployment', namespace: scene.cast.namespace },
          { category: 'oom-killed' },
          { category: 'node-disk-pressure' },
        ],
      }),
  },
};

function memory(
  plan: Parameters<typeof hostGauge>[0],
  view: {
    bad: Parameters<typeof hostGauge>[1];
    other: Parameters<typeof realise>[1];
    times: readonly [number, number];
  },
): void {
  const { scene } = plan;
  const { bad, other, times } = view;
  const end = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
  const filling = ramp(times[0], times[1], [9.4 * GI, 0.08 * GI]);
  const hoarding = ramp(times[0], times[1], [0.2 * GI, 10.6 * GI]);
  hostGauge(plan, bad, {
    name: 'node_memory_MemAvailable_bytes',
    value: (time) => (time < end ? filling(time) : 9.6 * GI),
  });
  hostGauge(plan, bad, { name: 'node_memory_MemTotal_bytes', value: () => 15.4 * GI });
  for (const pod of realise(plan, other).pods)
    addMetrics(
      plan,
      usage(scene, pod, {
        cores: steady(scene, 'hog', 0.4),
        bytes: (time) => (time < end ? hoarding(time) : 0.2 * GI),
      }),
    );
}
