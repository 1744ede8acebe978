import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { PodPlan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { evicted } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { uidOf } from '@headwater/testkit/world/metadata.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';

interface Shortage {
  readonly resource: 'memory' | 'pids';
  readonly condition: 'MemoryPressure' | 'PIDPressure';
  readonly words: string;
}

/** P17: one workload without a limit takes what its node has; the kubelet evicts it, its successor does the same. */
export const fault: Fault = {
  code: 'P17',
  name: 'evicted by node pressure',
  lookAlikes: ['S10', 'N04', 'P18'],
  scenario: {
    slug: 'synthetic-p17-evicted',
    title: 'Pods of one service are found Failed, again and again',
    families: ['pod', 'node'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const main = mainContainer(victim.spec);
      main.resources = { requests: { cpu: '50m', memory: '64Mi' } };
      const node = plan.nodes.find(({ controlPlane }) => !controlPlane);
      if (!node) return plan;
      const shortage = shortageOf(scene, main.name);
      const at = scene.around('pressure', 26);
      const times = [at, at + 8 * MINUTE, at + 16 * MINUTE].filter((time) => time < scene.before(1));
      const gone = times.map(
        (time, index): PodPlan => ({
          revision: 'current',
          state: evicted({ at: time, message: shortage.words }),
          created: index === 0 ? time - 9 * MINUTE : (times[index - 1] ?? time) + 2 * SECOND,
          node: node.name,
          salt: `evicted-${index}`,
        }),
      );
      victim.progress = 'complete';
      const last = times.at(-1) ?? at;
      const others = Array.from(
        { length: victim.replicas },
        (): PodPlan => ({ revision: 'current', state: running(), created: last + 3 * SECOND }),
      );
      victim.pods = [...(scene.repaired ? [] : gone), ...others];
      const about = {
        apiVersion: 'v1',
        kind: 'Node',
        name: node.name,
        uid: uidOf(scene, { apiVersion: 'v1', kind: 'Node', name: node.name }, node.created),
      };
      const kubelet = { about, component: 'kubelet', host: node.name };
      plan.events.push(
        {
          ...kubelet,
          type: 'Normal',
          reason: `NodeHas${shortage.resource === 'memory' ? 'InsufficientMemory' : 'InsufficientPID'}`,
          message: `Node ${node.name} status is now: NodeHas${shortage.resource === 'memory' ? 'InsufficientMemory' : 'InsufficientPID'}`,
          count: 1,
          first: at - SECOND,
          last: at - SECOND,
        },
        {
          ...kubelet,
          type: 'Warning',
          reason: 'EvictionThresholdMet',
          message: `Attempting to reclaim ${shortage.resource}`,
          count: times.length,
          first: at - 2 * SECOND,
          last,
        },
      );
      if (scene.repaired) return plan;
      node.conditions[shortage.condition] = {
        status: 'True',
        reason: shortage.resource === 'memory' ? 'KubeletHasInsufficientMemory' : 'KubeletHasInsufficientPID',
        message:
          shortage.resource === 'memory'
            ? 'kubelet has insufficient memory available'
            : 'kubelet has insufficient PID available',
        since: at,
      };
      node.taints.push({
        effect: 'NoSchedule',
        key: `node.kubernetes.io/${shortage.resource === 'memory' ? 'memory' : 'pid'}-pressure`,
        timeAdded: stamp(at),
      });
      raise(plan, node.name, { namespace: app.namespace, at });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene), { kind: 'Node' }],
        category: ['eviction-pressure', 'node-memory-pressure', 'node-pid-pressure'],
        keywords: [['Evicted', 'evict', 'low on resource', 'Pressure', 'reclaim']],
        not: [{ category: 'preempted' }, { category: 'oom-killed' }, { category: 'ephemeral-storage-exceeded' }],
      }),
  },
};

function shortageOf(scene: Scene, container: string): Shortage {
  const available = scene.random.int('available', 21_000, 98_000);
  const used = scene.random.int('used', 5_000_000, 12_000_000);
  return scene.random.pick<Shortage>('shortage', [
    {
      resource: 'memory',
      condition: 'MemoryPressure',
      words: `The node was low on resource: memory. Threshold quantity: 100Mi, available: ${available}Ki. Container ${container} was using ${used}Ki, request is 64Mi, has larger consumption of memory. `,
    },
    {
      resource: 'memory',
      condition: 'MemoryPressure',
      words: `The node was low on resource: memory. Container ${container} was using ${used}Ki, which exceeds its request of 64Mi. `,
    },
    {
      resource: 'pids',
      condition: 'PIDPressure',
      words: 'The node was low on resource: pids. Threshold quantity: 3276, available: 1402. ',
    },
  ]);
}

function raise(plan: Parameters<typeof alert>[0], node: string, view: { namespace: string; at: number }): void {
  alert(plan, {
    alertname: 'KubeNodeEviction',
    severity: 'info',
    labels: { eviction_signal: 'memory.available', job: 'kubelet', node },
    summary: 'Node is evicting pods.',
    description: `Node ${node} is evicting Pods due to memory.available. Eviction occurs when eviction thresholds are crossed, typically caused by Pods exceeding RAM/ephemeral-storage limits.`,
    at: view.at + 2 * MINUTE,
  });
  alert(plan, {
    alertname: 'FailedPodsDetected',
    severity: 'warning',
    labels: { namespace: view.namespace, reason: 'Evicted' },
    summary: 'Pods have failed.',
    description: `Pods in ${view.namespace} are in phase Failed.`,
    at: view.at + 5 * MINUTE,
  });
}
