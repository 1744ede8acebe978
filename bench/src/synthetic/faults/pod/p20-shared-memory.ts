import { highErrorRate, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

/** P20: the 64 MiB every container gets at /dev/shm are used up; the disk is nearly empty. */
export const fault: Fault = {
  code: 'P20',
  name: 'shared memory full',
  lookAlikes: ['T05', 'N05'],
  scenario: {
    slug: 'synthetic-p20-shared-memory',
    title: 'A service fails under heavier queries',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
      const at = scene.around('began', 24);
      if (databaseSuffers(scene)) database(plan, app, at);
      else worker(plan, app, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: databaseSuffers(scene)
          ? [{ kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database }]
          : [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.worker }],
        category: ['resource-exhausted-in-process'],
        keywords: [['shared memory', '/dev/shm', 'shm']],
        not: [{ category: 'volume-full' }, { category: 'node-disk-pressure' }, { kind: 'Node' }],
      }),
  },
};

function databaseSuffers(scene: Scene): boolean {
  return scene.cast.engines.database === 'postgres' && scene.random.chance('database', 0.6);
}

// PostgreSQL shares its parallel workers' memory there; a query that needs more fails, the server goes on.
function database(plan: Plan, app: Application, at: number): void {
  const { scene } = plan;
  const words = (index: number): string =>
    `could not resize shared memory segment "/PostgreSQL.${1_000_000_000 + ((index * 7_919_317) % 900_000_000)}" to ${scene.random.pick('segment', [8388608, 16777216, 67128672])} bytes: No space left on device`;
  complaining(plan, app.database, {
    complaints: [
      { since: at, every: 45, say: (_time, index) => ({ level: 'error', message: `ERROR:  ${words(index)}` }) },
    ],
    paths: ['checkpoint complete'],
  });
  complaining(plan, app.orders, {
    complaints: [
      {
        since: at + 1_000,
        every: 45,
        say: (_time, index) => ({
          level: 'error',
          message: `query failed: ERROR: ${words(index)} (SQLSTATE 53100)`,
          fields: { status: 500 },
        }),
      },
    ],
  });
  highErrorRate(plan, app.orders, { since: at, percent: scene.random.int('percent', 12, 44) });
}

function worker(plan: Plan, app: Application, at: number): void {
  const { scene } = plan;
  const { worker: victim } = app;
  if (scene.repaired) {
    allPods(victim, running(), { created: scene.repairedAt });
    return;
  }
  const death = scene.random.pick('death', [
    {
      exitCode: 1,
      says: [
        '{time} INFO loading data set with 4 workers',
        "RuntimeError: DataLoader worker (pid 87) is killed by signal: Bus error. It is possible that dataloader's workers are out of shared memory. Please try to raise your shared memory limit.",
      ],
    },
    {
      exitCode: 1,
      says: [
        '{time} INFO rendering page',
        '[0301/100211.532:ERROR:platform_shared_memory_region_posix.cc(214)] Creating shared memory in /dev/shm/.org.chromium.Chromium.9xZq1k failed: No space left on device (28)',
        '{time} ERROR Page crashed!',
      ],
    },
    {
      exitCode: 1,
      says: [
        '{time} INFO allocating ring buffer',
        "OSError: [Errno 28] No space left on device: '/dev/shm/psm_4f1c2d9e'",
      ],
    },
  ]);
  allPods(victim, crashLooping({ ...death, ran: scene.random.int('ran', 14, 40), since: at }));
  for (const pod of realise(plan, victim).pods) podCrashLooping(plan, pod, at);
}
