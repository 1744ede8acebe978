import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, type Shape, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addBackup, backupName } from '../../kit/backup-job.ts';

export const fault: Fault = {
  code: 'T10-io',
  name: 'backup job saturates the disk',
  lookAlikes: ['N08', 'U01', 'J04'],
  scenario: {
    slug: 'synthetic-backup-io',
    title: 'Requests are slow since half an hour, nothing was deployed',
    families: ['storage', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'], decoy: false });
      const { database, orders } = app;
      const at = scene.around('backup', 32);
      const says = ['starting full backup', 'copied 12% (9.1 GiB)', 'copied 31% (24.0 GiB)', 'copied 47% (36.8 GiB)'];
      const [job] = addBackup(plan, { at, says }).pods;
      const node = job?.frame.node;
      if (!job || !node) return plan;
      complaining(plan, database, {
        complaints: [
          { since: at + 40_000, every: 50, say: (time) => ({ level: 'warn', message: slowWords(plan, time) }) },
        ],
        state: running(),
        pod: { node: node.name },
      });
      const began = Math.floor(at / MINUTE) * MINUTE;
      disk(plan, node, began);
      const place = { namespace: app.namespace, node: node.name, device: '/dev/nvme1n1' };
      const io = (pod: { name: string; container: string }, kind: 'reads' | 'writes', rate: number): Series =>
        counter(
          scene,
          `container_fs_${kind}_bytes_total`,
          { ...place, container: pod.container, pod: pod.name },
          {
            rate: steady(scene, `${pod.name}/${kind}`, rate),
          },
        );
      const backup = { name: job.name, container: 'backup' };
      const reads = scene.random.chance('reads-only', 0.5);
      for (const series of [io(backup, 'reads', 212e6), io(backup, 'writes', reads ? 0.1e6 : 61e6)])
        addMetrics(plan, {
          ...series,
          samples: series.samples.filter(
            ([time]) => time >= began && time < (scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY),
          ),
        });
      for (const { name, frame } of realise(plan, database).pods) {
        const own = { name, container: frame.spec.containers[0]?.name ?? '' };
        addMetrics(plan, io(own, 'reads', 2.4e6), io(own, 'writes', 1.1e6));
      }
      for (const pod of realise(plan, orders).pods)
        addMetrics(
          plan,
          traffic(scene, pod, {
            rate: steady(scene, pod.name, 9),
            seconds: during(scene, began, { normal: () => 0.04, faulty: () => 1.6 }),
          }),
        );
      highLatency(plan, orders, { since: at, seconds: 4.2 });
      if (scene.random.chance('disk-alert', 0.6)) diskAlert(plan, node, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'CronJob', namespace: scene.cast.namespace, name: backupName(scene) },
          { kind: 'Job', namespace: scene.cast.namespace, name: `${backupName(scene)}-*` },
        ],
        category: ['scheduled-load', 'node-disk-saturated', 'noisy-neighbour'],
        keywords: [[backupName(scene)], ['disk', 'I/O', 'reads', 'io_time']],
        not: [{ kind: 'Deployment' }, { category: 'traffic-surge' }, { category: 'slow-query' }],
      }),
  },
};

function slowWords(plan: Plan, time: number): string {
  const took = plan.scene.random.int(`slow/${time}`, 2_100, 9_800);
  return plan.scene.cast.engines.database === 'mysql'
    ? `[Note] [MY-011953] [InnoDB] Page cleaner took ${took}ms to flush 212 and evict 0 pages`
    : `LOG:  duration: ${took}.${plan.scene.random.int(`slow-fraction/${time}`, 100, 999)} ms  statement: COMMIT`;
}

function disk(plan: Plan, node: NodePlan, at: number): void {
  const { scene } = plan;
  const host = { device: 'nvme1n1', instance: `${node.address}:9100`, job: 'node-exporter', node: node.name };
  const busy = (name: string, calm: number, faulty: Shape): void =>
    addMetrics(plan, counter(scene, name, host, { rate: during(scene, at, { normal: () => calm, faulty }) }));
  busy('node_disk_io_time_seconds_total', 0.06, () => 0.995);
  busy('node_disk_io_time_weighted_seconds_total', 0.3, steady(scene, 'weighted', 36));
  busy('node_disk_read_bytes_total', 2.6e6, steady(scene, 'reads', 216e6));
}

function diskAlert(plan: Plan, node: NodePlan, at: number): void {
  const instance = `${node.address}:9100`;
  alert(plan, {
    alertname: 'NodeDiskIOSaturation',
    severity: 'warning',
    labels: { device: 'nvme1n1', instance, job: 'node-exporter', node: node.name },
    summary: 'Disk IO queue is high.',
    description: `Disk IO queue (aqu-sq) is high on nvme1n1 at ${instance}, has been above 10 for the last 30 minutes, is currently at 36.10. This symptom might indicate disk saturation.`,
    at: at + 31 * MINUTE,
  });
}
