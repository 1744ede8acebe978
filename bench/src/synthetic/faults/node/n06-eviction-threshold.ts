import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { steady } from '@headwater/testkit/world/metrics.ts';
import { evicted } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { underPressure } from '../../kit/node-pressure.ts';
import { hostGauge, nodeEvent, workersOf } from '../../kit/nodes.ts';

const SIZE = 83_873_772 * 1024;

/** N06: the kubelet was told to keep most of the disk free, so it evicts though the disk is half empty. */
export const fault: Fault = {
  code: 'N06',
  name: 'eviction threshold misconfigured',
  lookAlikes: ['N05', 'P18'],
  scenario: {
    slug: 'n06-eviction-threshold',
    title: 'Pods are evicted from one node again and again',
    families: ['node', 'pod'],
    build(scene) {
      const { plan, app } = basePlan(scene, { decoy: false });
      const { bad, good } = workersOf(plan);
      const { random } = scene;
      const at = scene.around('pressure', 24);
      const share = random.pick('threshold', [0.7, 0.8, 0.85]);
      const freeShare = random.number('free', 0.48, 0.62);
      const freeGi = Math.floor((SIZE * freeShare) / 1024 ** 2);
      const message = `The node was low on resource: ephemeral-storage. Threshold quantity: ${Math.round(SIZE * share)}, available: ${freeGi}Mi. `;
      for (const [index, workload] of [app.catalog, app.extra].entries()) {
        workload.progress = 'complete';
        workload.pods = [
          ...(scene.repaired
            ? []
            : [0, 6, 12].map((minutes) => ({
                revision: 'current' as const,
                state: evicted({ at: at + minutes * MINUTE + (20 + index) * SECOND, message }),
                created: at + (minutes - 6) * MINUTE,
                node: bad.name,
                salt: `evicted-${minutes}`,
              }))),
          { revision: 'current', state: running(), created: at + 13 * MINUTE, node: good.name },
        ];
      }
      const disk = { device: '/dev/nvme0n1p1', fstype: random.pick('fstype', ['xfs', 'ext4']), mountpoint: '/' };
      hostGauge(plan, bad, {
        name: 'node_filesystem_avail_bytes',
        labels: disk,
        value: steady(scene, 'avail', SIZE * freeShare, 0.004),
      });
      hostGauge(plan, bad, { name: 'node_filesystem_size_bytes', labels: disk, value: () => SIZE });
      nodeEvent(plan, bad, {
        reason: 'Starting',
        type: 'Normal',
        message: 'Starting kubelet.',
        first: at - 20 * SECOND,
      });
      underPressure(plan, bad, { type: 'DiskPressure', at, tries: 40 });
      nodeEvent(plan, bad, {
        reason: 'FreeDiskSpaceFailed',
        message:
          'Failed to garbage collect required amount of images. Attempted to free 21474836480 bytes, but only found 0 bytes eligible to free.',
        first: at + MINUTE,
        last: scene.before(3),
        count: 4,
      });
      if (scene.repaired) return plan;
      deploymentReplicasMismatch(plan, app.catalog, at);
      alert(plan, {
        alertname: random.pick('alert', ['KubeNodePressure', 'KubeNodeEviction']),
        severity: 'info',
        labels: { condition: 'DiskPressure', job: 'kube-state-metrics', node: bad.name },
        summary: 'Node has as active Condition.',
        description: `${bad.name} has active Condition DiskPressure. This is caused by resource usage exceeding eviction thresholds.`,
        at: at + 10 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['eviction-pressure', 'node-disk-pressure'],
        keywords: [['threshold'], ['free', 'available']],
        not: [{ kind: 'Deployment' }, { category: 'ephemeral-storage-exceeded' }, { category: 'volume-full' }],
      }),
  },
};
