import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

const ERROR =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)';

/** P02: a limit of a few mebibytes, so that not even the container's init process fits. */
export const scenario: Scenario = {
  slug: 'memory-limit-too-low',
  title: 'A new pod never starts during a rollout',
  families: ['pod', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog } = app;
    const at = scene.around('rollout', 41);
    rollOut(catalog, {
      at,
      spec: (spec) => {
        mainContainer(spec).resources = {
          limits: { cpu: '500m', memory: limitOf(scene) },
          requests: { cpu: '100m', memory: limitOf(scene) },
        };
      },
    });
    if (scene.repaired) {
      rollBack(catalog, scene.repairedAt);
      allPods(catalog, running(), { survivor: true });
      return plan;
    }
    stuckRollout(catalog, crashLooping({ exitCode: 128, reason: 'StartError', ran: 1, startError: ERROR }), running());
    const pod = realise(plan, catalog).pods.at(-1);
    if (pod) podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['memory-limit-too-low-to-start'],
      keywords: [['OOM-killed', 'memory limit too low'], [limitOf(scene)]],
      not: [{ category: 'command-not-found' }, { kind: 'Node' }],
    }),
};

function limitOf(scene: Scene): string {
  return scene.random.pick('limit', ['4Mi', '5Mi', '6Mi']);
}
