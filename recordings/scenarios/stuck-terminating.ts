import { podNotReady, statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { heldByFinalizer } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P19: a deleted pod is kept by a finalizer whose controller is gone; its StatefulSet may not make another. */
export const scenario: Scenario = {
  slug: 'stuck-terminating',
  title: 'The message broker has been away since its pod was deleted',
  families: ['pod', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['queue'] });
    const { queue } = app;
    const at = scene.around('deleted', 27);
    if (scene.repaired) {
      queue.pods = [{ revision: 'current', state: running(), created: scene.repairedAt }];
      return plan;
    }
    allPods(queue, heldByFinalizer({ deletedAt: at, finalizer: finalizerOf(scene) }));
    const [pod] = realise(plan, queue).pods;
    if (pod) podNotReady(plan, pod, at);
    statefulSetReplicasMismatch(plan, queue, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.queue },
        { kind: 'Pod', namespace: scene.cast.namespace, name: `${scene.cast.queue}-0` },
      ],
      category: ['stuck-terminating'],
      keywords: [[finalizerOf(scene)]],
      not: [{ kind: 'Node' }],
    }),
};

function finalizerOf(scene: Scene): string {
  return scene.random.pick('finalizer', [
    `backup.${scene.cast.domain}/snapshot`,
    'snapshots.platform.example/before-delete',
    `${scene.cast.domain}/volume-guard`,
  ]);
}
