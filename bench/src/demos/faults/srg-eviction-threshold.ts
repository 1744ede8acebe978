import { causeIs } from '../../../../recordings/expect.ts';
import { hostGauge, nodeEvent, workersOf } from '../../synthetic/kit/nodes.ts';
import { addShop } from '../shop.ts';
import { demo } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { steady } from '@headwater/testkit/world/metrics.ts';
import { type PodPlan } from '@headwater/testkit/world/plan.ts';
import { evicted } from '@headwater/testkit/world/pod-states/gone.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The kubelet's threshold is above the free share of its disk; a Deployment pinned to the node is evicted again and again. */
export const fault: Fault = {
  code: 'SRG-eviction-threshold',
  name: 'a kubelet that wants more free disk than there is',
  lookAlikes: [],
  scenario: {
    slug: 'demo-srg-eviction-threshold',
    title: 'Pods of one service are evicted in a row',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene);
      const shop = addShop(plan);
      const { bad } = workersOf(plan);
      const at = scene.around('raised', 13);
      shop.currency.spec['nodeName'] = bad.name;
      const size = 85.9e9;
      const message = `The node was low on resource: ephemeral-storage. Threshold quantity: ${Math.round(size * 0.92)}, available: 51240Mi. `;
      shop.currency.pods = Array.from(
        { length: 5 },
        (_, index): PodPlan => ({
          revision: 'current',
          salt: `e${index}`,
          node: bad.name,
          created: at + index * 2 * MINUTE,
          state: evicted({ at: at + index * 2 * MINUTE + 20 * SECOND, message }),
        }),
      );
      bad.conditions['DiskPressure'] = {
        status: 'True',
        reason: 'KubeletHasDiskPressure',
        message: 'kubelet has disk pressure',
        since: at,
      };
      bad.taints.push({ effect: 'NoSchedule', key: 'node.kubernetes.io/disk-pressure', timeAdded: stamp(at + SECOND) });
      const disk = { device: '/dev/nvme0n1p1', fstype: 'ext4', mountpoint: '/' };
      hostGauge(plan, bad, {
        name: 'node_filesystem_avail_bytes',
        labels: disk,
        value: steady(scene, 'avail', 53.7e9, 0.002),
      });
      hostGauge(plan, bad, { name: 'node_filesystem_size_bytes', labels: disk, value: () => size });
      nodeEvent(plan, bad, {
        reason: 'Starting',
        type: 'Normal',
        message: 'Starting kubelet.',
        first: at - 15 * SECOND,
      });
      nodeEvent(plan, bad, {
        reason: 'EvictionThresholdMet',
        message: 'Attempting to reclaim ephemeral-storage',
        first: at,
        last: scene.before(1),
        count: 40,
      });
      deploymentReplicasMismatch(plan, shop.currency, at);
      return plan;
    },
    expected: () => causeIs({ causes: [{ kind: 'Node' }], category: ['eviction-pressure', 'node-disk-pressure'] }),
  },
};
