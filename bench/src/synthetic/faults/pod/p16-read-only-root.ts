import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';
import { dyingWords, type Failure, runtimeOf } from '../../kit/runtimes.ts';

/** P16: the root filesystem was made read-only and the application writes where no volume is mounted. */
export const fault: Fault = {
  code: 'P16',
  name: 'read-only filesystem',
  lookAlikes: ['T09', 'P04'],
  scenario: {
    slug: 'synthetic-p16-read-only',
    title: 'A service does not start since it was hardened',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 30),
        spec: (spec) => {
          mainContainer(spec)['securityContext'] = {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            readOnlyRootFilesystem: true,
          };
        },
        state: crashLooping({ exitCode: 1, ran: scene.random.int('ran', 1, 4), says: wordsOf(scene, victim) }),
        alert: 'crash',
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['read-only-filesystem'],
        keywords: [['read-only file system', 'Read-only file system', 'EROFS'], ['readOnlyRootFilesystem']],
        not: [{ category: 'app-crash' }, { category: 'volume-permission' }, { category: 'database-read-only' }],
      }),
  },
};

function wordsOf(scene: Scene, workload: Workload): string[] {
  if (scene.random.chance('nginx', 0.2))
    return [
      '/docker-entrypoint.sh: Configuration complete; ready for start up',
      'nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)',
    ];
  const failures: Record<ReturnType<typeof runtimeOf>, readonly Failure[]> = {
    go: [
      { message: 'open /var/run/app.pid: read-only file system' },
      { message: 'mkdir /app/cache: read-only file system' },
    ],
    java: [
      { message: 'java.nio.file.FileSystemException: /tmp/tomcat.8080.1532410987: Read-only file system' },
      { message: 'java.io.FileNotFoundException: /app/logs/application.log (Read-only file system)' },
    ],
    python: [
      { message: "OSError: [Errno 30] Read-only file system: '/app/.cache'" },
      { message: "OSError: [Errno 30] Read-only file system: '/home/app/.local/share'" },
    ],
    node: [
      { message: "Error: EROFS: read-only file system, open '/app/.next/trace'" },
      { message: "Error: EROFS: read-only file system, mkdir '/app/uploads'" },
    ],
  };
  return dyingWords(workload, scene.random.pick('write', failures[runtimeOf(workload)]));
}
