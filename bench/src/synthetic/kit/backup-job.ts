import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import { addJob, cronJob, type MadeJob } from '@headwater/testkit/world/job.ts';
import { logLine } from '@headwater/testkit/world/log-lines.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';

/** What the scheduled backup of a seed is called. */
export function backupName(scene: Scene): string {
  return scene.random.pick('backup', ['db-backup', `${scene.cast.database}-dump`, 'nightly-archive', 'pg-basebackup']);
}

export interface Backup {
  readonly at: Millis;
  /** A claim it writes to, mounted at /backup. */
  readonly claim?: string;
  readonly says: readonly string[];
  /** Whether it has run to its end while the fault lasts. */
  readonly ended?: Millis;
}

/** A backup CronJob whose run began at a time and goes on; in the twin it has ended. */
export function addBackup(plan: Plan, backup: Backup): MadeJob {
  const { scene } = plan;
  const { cast } = scene;
  const name = backupName(scene);
  const at = Math.floor(backup.at / MINUTE) * MINUTE;
  const volumes: (Json & { name: string })[] = backup.claim
    ? [{ name: 'backup', persistentVolumeClaim: { claimName: backup.claim } }]
    : [];
  const main = container('backup', {
    image: `${cast.registry}/backup-tool:2.${scene.random.int('backup-tag', 0, 9)}`,
    args: ['--full', `--host=${cast.database}`, '--jobs=8'],
    requests: { cpu: '100m', memory: '128Mi' },
    mounts: backup.claim ? { backup: '/backup' } : undefined,
  });
  const spec = podSpec([main], { volumes });
  const time = new Date(at);
  const owner = cronJob(plan, {
    namespace: cast.namespace,
    name,
    created: daysBefore(scene, 41),
    schedule: `${time.getUTCMinutes()} ${scene.random.pick('hours', ['*/6', '*', String(time.getUTCHours())])} * * *`,
    spec,
    lastScheduled: at,
    lastSuccessful: daysBefore(scene, 1),
  });
  plan.objects.push(owner);
  const endedAt = backup.ended ?? (scene.repaired ? scene.repairedAt : undefined);
  const made = addJob(plan, {
    namespace: cast.namespace,
    name: `${name}-${Math.floor(at / MINUTE)}`,
    created: at,
    spec,
    owner,
    result: endedAt === undefined ? 'active' : 'complete',
    ...(endedAt === undefined ? {} : { endedAt }),
    tries: [
      {
        at: at + SECOND,
        state:
          endedAt === undefined ? running() : finished({ exitCode: 0, ran: Math.floor((endedAt - at) / SECOND) - 12 }),
      },
    ],
  });
  const [pod] = made.pods;
  const end = endedAt ?? scene.now;
  if (pod)
    plan.logs.push({
      namespace: cast.namespace,
      pod: pod.name,
      container: 'backup',
      lines: backup.says.map((text, index) =>
        logLine(scene, pod.name, { time: at + 8_000 + ((end - at - 20_000) * index) / backup.says.length }, text),
      ),
    });
  return made;
}
