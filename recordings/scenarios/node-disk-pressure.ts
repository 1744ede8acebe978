import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { aboutNode } from '@headwater/testkit/world/node.ts';
import { evicted } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** N05: the image filesystem of one node ran full; the kubelet evicts pods and refuses new ones. */
export const scenario: Scenario = {
  slug: 'node-disk-pressure',
  title: 'Pods disappear from one node and come up on another',
  families: ['node', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
    const full = workers[0];
    const refuge = workers[1];
    if (!full || !refuge) return plan;
    const at = scene.around('full', 23);
    const message =
      'The node was low on resource: ephemeral-storage. Threshold quantity: 12885901888, available: 11806Mi. ';
    for (const workload of [app.catalog, app.extra]) {
      workload.progress = 'complete';
      const gone = {
        revision: 'current' as const,
        state: evicted({ at: at + 20 * SECOND, message }),
        node: full.name,
        salt: 'evicted',
      };
      workload.pods = [
        ...(scene.repaired ? [] : [gone]),
        { revision: 'current', state: running(), created: at + 22 * SECOND, node: refuge.name },
      ];
    }
    const size = 83_873_772 * 1024;
    const end = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
    const filling = ramp(scene.before(45), at, [0.34 * size, 0.13 * size]);
    addMetrics(
      plan,
      gauge(
        scene,
        'node_filesystem_avail_bytes',
        {
          device: '/dev/nvme0n1p1',
          fstype: 'xfs',
          instance: `${full.address}:9100`,
          job: 'node-exporter',
          mountpoint: '/',
          node: full.name,
        },
        (time) => (time < end ? filling(time) : 0.6 * size),
      ),
      gauge(
        scene,
        'node_filesystem_size_bytes',
        {
          device: '/dev/nvme0n1p1',
          fstype: 'xfs',
          instance: `${full.address}:9100`,
          job: 'node-exporter',
          mountpoint: '/',
          node: full.name,
        },
        () => size,
      ),
    );
    const kubelet = { about: aboutNode(full), component: 'kubelet', host: full.name, type: 'Warning' as const };
    plan.events.push({
      ...kubelet,
      type: 'Normal',
      reason: 'NodeHasDiskPressure',
      message: `Node ${full.name} status is now: NodeHasDiskPressure`,
      count: 1,
      first: at,
      last: at,
    });
    plan.events.push({
      ...kubelet,
      reason: 'EvictionThresholdMet',
      message: 'Attempting to reclaim ephemeral-storage',
      count: 9,
      first: at,
      last: scene.before(2),
    });
    plan.events.push({
      ...kubelet,
      reason: 'FreeDiskSpaceFailed',
      message:
        'Failed to garbage collect required amount of images. Attempted to free 4294967296 bytes, but only found 0 bytes eligible to free.',
      count: 4,
      first: at - 3 * MINUTE,
      last: scene.before(4),
    });
    if (scene.repaired) return plan;
    full.conditions['DiskPressure'] = {
      status: 'True',
      reason: 'KubeletHasDiskPressure',
      message: 'kubelet has disk pressure',
      since: at,
    };
    full.taints.push({ effect: 'NoSchedule', key: 'node.kubernetes.io/disk-pressure', timeAdded: stamp(at + SECOND) });
    const [pod] = realise(plan, app.catalog).pods;
    if (pod) podNotReady(plan, pod, at);
    alert(plan, {
      alertname: 'KubeNodePressure',
      severity: 'info',
      labels: { condition: 'DiskPressure', job: 'kube-state-metrics', node: full.name, status: 'true' },
      summary: 'Node has as active Condition.',
      description: `${full.name} has active Condition DiskPressure. This is caused by resource usage exceeding eviction thresholds.`,
      at: at + 10 * MINUTE,
    });
    return plan;
  },
  expected: () =>
    causeIs({
      causes: [{ kind: 'Node' }],
      category: ['node-disk-pressure'],
      keywords: [
        ['DiskPressure', 'disk pressure'],
        ['ephemeral-storage', 'garbage collect', 'avail'],
      ],
      not: [{ kind: 'Deployment' }, { category: 'preempted' }],
    }),
};
