import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

/** P06: a build machine of another architecture made the image; the kernel cannot execute its binary. */
export const fault: Fault = {
  code: 'P06',
  name: 'wrong CPU architecture',
  lookAlikes: ['P05', 'P04'],
  scenario: {
    slug: 'synthetic-p06-exec-format',
    title: 'A new version restarts at once, every time',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const arm = scene.random.chance('arm-nodes', 0.5);
      if (arm) for (const node of plan.nodes) toArm(node.labels);
      const tag = scene.random.pick('tag', ['v5.1.0', `sha-${scene.random.hex('sha', 7)}`, '2026.2.1-hotfix']);
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 31),
        spec: (spec) => {
          const main = mainContainer(spec);
          main.image = `${splitImage(main.image).name}:${tag}`;
        },
        state: crashLooping(deathOf(scene)),
        alert: 'crash',
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['wrong-architecture'],
        keywords: [['exec format error']],
        not: [{ category: 'command-not-found' }, { category: 'app-crash' }, { kind: 'Node' }],
      }),
  },
};

function toArm(labels: Record<string, string>): void {
  labels['kubernetes.io/arch'] = 'arm64';
  labels['beta.kubernetes.io/arch'] = 'arm64';
}

// The runtime's shim writes the first two into the container's log; an old runc and a shell have words of their own.
function deathOf(scene: Scene): Parameters<typeof crashLooping>[0] {
  const binary = scene.random.pick('binary', [
    '/app/server',
    '/usr/local/bin/docker-entrypoint.sh',
    '/bin/app',
    '/usr/bin/java',
  ]);
  return scene.random.pick('words', [
    { exitCode: 255, ran: 1, says: [`exec ${binary}: exec format error`] },
    { exitCode: 1, ran: 1, says: [`exec ${binary}: exec format error`] },
    { exitCode: 1, ran: 1, says: ['standard_init_linux.go:228: exec user process caused: exec format error'] },
    {
      exitCode: 126,
      ran: 1,
      says: [`/entrypoint.sh: line 6: ${binary}: cannot execute binary file: Exec format error`],
    },
  ]);
}
