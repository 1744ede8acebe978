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

/** P05: the command names a file the image does not have. */
export const scenario: Scenario = {
  slug: 'command-not-found',
  title: 'A worker does not come up after a change of its manifest',
  families: ['pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['worker'] });
    const { worker } = app;
    const at = scene.around('rollout', 38);
    rollOut(worker, {
      at,
      manager: 'kubectl-edit',
      spec: (spec) => {
        mainContainer(spec).command = [binaryOf(scene), '--consume'];
      },
    });
    if (scene.repaired) {
      rollBack(worker, scene.repairedAt);
      allPods(worker, running(), { survivor: true });
      return plan;
    }
    const binary = binaryOf(scene);
    const inPath = !binary.startsWith('/');
    const detail = inPath
      ? `exec: "${binary}": executable file not found in $PATH`
      : `exec: "${binary}": stat ${binary}: no such file or directory`;
    const startError = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${detail}`;
    stuckRollout(worker, crashLooping({ exitCode: 128, reason: 'StartError', ran: 1, startError }), running());
    const pod = realise(plan, worker).pods.at(-1);
    if (pod) podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, worker, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.worker }],
      category: ['command-not-found'],
      keywords: [[binaryOf(scene)], ['no such file', 'not found']],
      not: [{ category: 'wrong-architecture' }, { category: 'memory-limit-too-low-to-start' }],
    }),
};

function binaryOf(scene: Scene): string {
  return scene.random.pick('binary', ['/app/bin/consumer', '/srv/run-worker.sh', 'work-queue', 'consume.sh']);
}
