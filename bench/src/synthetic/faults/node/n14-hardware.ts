import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { nodeEvent, placeOn, workersOf } from '../../kit/nodes.ts';
import { type Runtime, runtimeOf } from '../../kit/runtimes.ts';

interface Defect {
  readonly condition: string;
  readonly reason: string;
  readonly message: string;
  readonly events: readonly (readonly [reason: string, message: string])[];
  readonly application: Readonly<Record<Runtime, string>>;
}

const DEFECTS: readonly Defect[] = [
  {
    condition: 'ReadonlyFilesystem',
    reason: 'FilesystemIsReadOnly',
    message: 'EXT4-fs (nvme0n1p1): Remounting filesystem read-only',
    events: [
      ['IOError', 'Buffer I/O error on dev nvme0n1p1, logical block 1049127, lost async page write'],
      [
        'Ext4Error',
        'EXT4-fs error (device nvme0n1p1): ext4_journal_check_start:83: comm java: Detected aborted journal',
      ],
      [
        'FilesystemIsReadOnly',
        'Node condition ReadonlyFilesystem is now: True, reason: FilesystemIsReadOnly, message: "EXT4-fs (nvme0n1p1): Remounting filesystem read-only"',
      ],
    ],
    application: {
      go: 'cannot write spool file: open /var/tmp/spool/3f1: read-only file system',
      java: 'java.io.IOException: Read-only file system',
      python: "OSError: [Errno 30] Read-only file system: '/var/tmp/spool/3f1'",
      node: "EROFS: read-only file system, open '/var/tmp/spool/3f1'",
    },
  },
  {
    condition: 'KernelDeadlock',
    reason: 'DockerHung',
    message: 'task dockerd:1834 blocked for more than 120 seconds.',
    events: [
      ['TaskHung', 'INFO: task kworker/u16:3:20133 blocked for more than 120 seconds.'],
      ['TaskHung', 'INFO: task java:28841 blocked for more than 120 seconds.'],
      [
        'KernelDeadlock',
        'Node condition KernelDeadlock is now: True, reason: DockerHung, message: "task dockerd:1834 blocked for more than 120 seconds."',
      ],
    ],
    application: {
      go: 'write /data/wal/000012: input/output error',
      java: 'java.io.IOException: Input/output error',
      python: 'OSError: [Errno 5] Input/output error',
      node: 'EIO: i/o error, fsync',
    },
  },
];

/** N14: the disk or kernel of one node is broken, as the node problem detector tells. */
export const fault: Fault = {
  code: 'N14',
  name: 'hardware or kernel fault',
  lookAlikes: ['T07', 'P16', 'N13'],
  scenario: {
    slug: 'n14-hardware',
    title: 'Replicas on one node fail to write, others do not',
    families: ['node'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene);
      const { bad, good } = workersOf(plan);
      const at = scene.around('broken', 23);
      const defect = scene.random.pick('defect', DEFECTS);
      const say = (workload: typeof app.orders) => [
        {
          since: at + 5 * SECOND,
          every: 40,
          say: () => ({
            level: 'error' as const,
            message: defect.application[runtimeOf(workload)],
            fields: { status: 500 },
          }),
        },
      ];
      placeOn(plan, app.orders, [{ node: bad, complaints: say(app.orders) }, { node: good }]);
      placeOn(plan, bystanders.other, [{ node: bad, complaints: say(bystanders.other) }]);
      for (const [index, [reason, message]] of defect.events.entries())
        nodeEvent(plan, bad, {
          reason,
          message,
          component: 'kernel-monitor',
          first: at + index * 4 * SECOND,
          last: index === 2 ? at + 8 * SECOND : scene.before(2),
          count: index === 2 ? 1 : 14,
        });
      condition(plan, bad, { defect, at });
      if (scene.repaired) return plan;
      highErrorRate(plan, app.orders, { since: at, percent: 46 });
      if (scene.random.chance('node-alert', 0.5))
        alert(plan, {
          alertname: 'KubeNodePressure',
          severity: 'info',
          labels: { condition: defect.condition, job: 'kube-state-metrics', node: bad.name, status: 'true' },
          summary: 'Node has as active Condition.',
          description: `${bad.name} has active Condition ${defect.condition}. This is caused by resource usage exceeding eviction thresholds.`,
          at: at + 10 * MINUTE,
        });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Node' }],
        category: ['node-hardware'],
        keywords: [
          [
            'Remounting filesystem read-only',
            'ReadonlyFilesystem',
            'blocked for more than 120 seconds',
            'KernelDeadlock',
          ],
        ],
        not: [
          { kind: 'Deployment' },
          { category: 'read-only-filesystem' },
          { category: 'volume-mount-failed' },
          { category: 'volume-permission' },
        ],
      }),
  },
};

// The node problem detector adds its own conditions to the kubelet's; they stay False on a healthy machine.
function condition(plan: Plan, bad: NodePlan, { defect, at }: { defect: Defect; at: number }): void {
  const broken = !plan.scene.repaired;
  const fine = {
    KernelDeadlock: ['KernelHasNoDeadlock', 'kernel has no deadlock'],
    ReadonlyFilesystem: ['FilesystemIsNotReadOnly', 'Filesystem is not read-only'],
  } as const;
  for (const type of ['KernelDeadlock', 'ReadonlyFilesystem'] as const) {
    const own = broken && type === defect.condition;
    bad.conditions[type] = {
      status: own ? 'True' : 'False',
      reason: own ? defect.reason : fine[type][0],
      message: own ? defect.message : fine[type][1],
      since: own ? at : bad.created,
      heartbeat: plan.scene.now - 30 * SECOND,
    };
  }
}
