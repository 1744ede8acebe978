import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, containerLabels, counter, during, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { hostCounter, placeOn, workersOf } from '../../kit/nodes.ts';

/** N08: another team's pod writes as fast as the disk takes it; whoever needs that disk waits. */
export const fault: Fault = {
  code: 'N08',
  name: 'disk IO saturation on a node',
  lookAlikes: ['U03', 'U04', 'Y06', 'N05'],
  scenario: {
    slug: 'n08-disk-saturated',
    title: 'Two services on one node got slow, their CPU is idle',
    families: ['node', 'saturation'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const { bad, good } = workersOf(plan);
      const { other } = bystanders;
      const at = scene.around('busy', 24);
      placeOn(plan, app.catalog, [{ node: bad }]);
      placeOn(plan, app.extra, [{ node: bad }]);
      placeOn(plan, other, [{ node: bad }]);
      placeOn(plan, app.orders, [{ node: good }, { node: good }]);
      for (const node of [bad, good]) diskOf(plan, node, { at, busy: node === bad });
      for (const workload of [app.catalog, app.extra, app.orders, other]) {
        const [hog, slow] = [workload === other, workload === app.catalog || workload === app.extra];
        for (const pod of realise(plan, workload).pods) {
          const writes = during(scene, at, {
            normal: steady(scene, `writes/${pod.name}`, 40_000),
            faulty: steady(scene, `writes2/${pod.name}`, hog ? 118e6 : 36_000),
          });
          const labels = { ...containerLabels(pod), device: '/dev/nvme0n1' };
          addMetrics(
            plan,
            counter(scene, 'container_fs_writes_bytes_total', labels, { rate: writes }),
            hog
              ? []
              : traffic(scene, pod, {
                  rate: steady(scene, pod.name, 8),
                  seconds: during(scene, at, { normal: () => 0.04, faulty: () => (slow ? 0.83 : 0.041) }),
                }),
          );
        }
      }
      if (scene.random.chance('node-alert', 0.6))
        alert(plan, {
          alertname: 'NodeDiskIOSaturation',
          severity: 'warning',
          labels: { device: 'nvme0n1', instance: bad.name, job: 'node-exporter', node: bad.name },
          summary: 'Disk IO queue is high.',
          description: `Disk IO queue (aqu-sq) is high on nvme0n1 at ${bad.name}, has been above 10 for the last 30 minutes, is currently at 38.20.`,
          at: at + 20 * MINUTE,
        });
      highLatency(plan, app.catalog, { since: at, seconds: 2.4 });
      highLatency(plan, app.extra, { since: at, seconds: 1.9 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Node' },
          { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
        ],
        category: ['node-disk-saturated', 'noisy-neighbour'],
        keywords: [['disk', 'I/O'], [scene.cast.otherApp]],
        not: [
          { kind: 'Deployment', namespace: scene.cast.namespace },
          { category: 'node-cpu-saturated' },
          { category: 'node-disk-pressure' },
        ],
      }),
  },
};

function diskOf(plan: Plan, node: NodePlan, { at, busy }: { at: number; busy: boolean }): void {
  const { scene } = plan;
  const device = { device: 'nvme0n1' };
  const level = (normal: number, faulty: number) =>
    during(scene, at, {
      normal: steady(scene, node.name, normal),
      faulty: steady(scene, node.name, busy ? faulty : normal, 0.03),
    });
  hostCounter(plan, node, { name: 'node_disk_io_time_seconds_total', labels: device, rate: level(0.06, 0.985) });
  hostCounter(plan, node, { name: 'node_disk_io_time_weighted_seconds_total', labels: device, rate: level(0.09, 38) });
  hostCounter(plan, node, { name: 'node_disk_written_bytes_total', labels: device, rate: level(2e6, 121e6) });
  for (const [mode, normal, faulty] of [
    ['iowait', 0.01, 0.58],
    ['idle', 0.86, 0.29],
    ['user', 0.1, 0.1],
  ] as const)
    hostCounter(plan, node, {
      name: 'node_cpu_seconds_total',
      labels: { cpu: '0', mode },
      rate: level(normal, faulty),
    });
}
