import { causeIs } from '../../../../recordings/expect.ts';
import { hostGauge, workersOf } from '../../synthetic/kit/nodes.ts';
import { clock, demo, fire, part, says } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { addMetrics, containerLabels, gauge, ramp, steady } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A database keeps its data on the node's own disk; the rule extrapolates the free space. */
export const fault: Fault = {
  code: 'KDS-disk-pressure-emptydir',
  name: 'a database on an emptyDir fills the node',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-disk-pressure-emptydir',
    title: 'A node is predicted to run out of disk',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-diskpressure');
      const { bad, workers } = workersOf(plan);
      const from = scene.around('grow', 8);
      const database = part(plan, 'demo-diskpressure', 'postgres-emptydir', {
        image: 'postgres:16-alpine',
        port: 5432,
        mounts: { data: '/var/lib/postgresql/data' },
        memory: ['256Mi', '512Mi'],
        spec: { volumes: [{ name: 'data', emptyDir: {} }] },
      });
      says(plan, database, {
        since: from,
        every: 30,
        line: (time) => `${clock(time)} UTC [27] LOG:  checkpoint starting: wal`,
        pod: { node: bad.name },
      });
      const size = 26e9;
      for (const node of workers) {
        const disk = { device: '/dev/vda4', fstype: 'xfs', mountpoint: '/' };
        const free = node === bad ? ramp(from, scene.zero, [14.5e9, 6.9e9]) : steady(scene, node.name, 15e9, 0.003);
        hostGauge(plan, node, { name: 'node_filesystem_avail_bytes', labels: disk, value: free });
        hostGauge(plan, node, { name: 'node_filesystem_size_bytes', labels: disk, value: () => size });
      }
      for (const pod of realise(plan, database).pods)
        addMetrics(
          plan,
          gauge(
            scene,
            'container_fs_usage_bytes',
            { ...containerLabels(pod), device: '/dev/vda4' },
            ramp(from, scene.zero, [0.3e9, 7.9e9]),
          ),
        );
      fire(plan, {
        alertname: 'PredictedDiskPressure',
        severity: 'high',
        labels: {
          device: '/dev/vda4',
          fstype: 'xfs',
          instance: bad.name,
          job: 'node-exporter',
          mountpoint: '/',
          namespace: 'demo-diskpressure',
          node: bad.name,
        },
        summary: `Node ${bad.name} predicted to exhaust disk within 20 minutes`,
        description: `Linear regression on node ${bad.name} filesystem usage over the last 3 minutes predicts available space will reach zero within 20 minutes. This is likely caused by emptyDir growth from the postgres-emptydir deployment in demo-diskpressure namespace. Proactive remediation can migrate the database to persistent storage before data loss occurs.`,
        at: from + 3 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-diskpressure', name: 'postgres-emptydir' }, { kind: 'Node' }],
        category: ['node-disk-pressure', 'ephemeral-storage-exceeded', 'volume-full'],
      }),
  },
};
