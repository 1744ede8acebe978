import { type Millis, SECOND } from '@headwater/core/time.ts';
import { podNotReady, statefulSetReplicasMismatch } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { podEvent } from '@headwater/testkit/world/pod-states/parts.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

/** P19: the runtime cannot stop a container, so its deleted pod stays and the StatefulSet may not make another. */
export const fault: Fault = {
  code: 'P19-kill',
  name: 'stuck Terminating because the container cannot be killed',
  lookAlikes: ['N01', 'T07', 'N02'],
  scenario: {
    slug: 'synthetic-p19-kill',
    title: 'A deleted pod has not gone for half an hour',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['queue'] });
      const { queue } = app;
      const at = scene.around('deleted', 28);
      if (scene.repaired) {
        queue.pods = [{ revision: 'current', state: running(), created: scene.repairedAt }];
        return plan;
      }
      allPods(queue, unkillable(scene, at));
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
        keywords: [['FailedKillPod', 'error killing pod', 'KillContainerError', 'KillPodSandboxError']],
        not: [{ category: 'probe-misconfigured' }, { category: 'readiness-failing' }],
      }),
  },
};

function unkillable(scene: Scene, deletedAt: Millis): PodState {
  return (frame) => {
    const [container] = frame.spec.containers;
    const name = container?.name ?? '';
    const outcome = notReady({ probe: 'dial tcp {ip}: connect: connection refused', since: deletedAt + 3 * SECOND })(
      frame,
    );
    const id = scene.random.hex(`container/${frame.uid}`, 64);
    const why = scene.random.pick('why', [
      `[failed to "KillContainer" for "${name}" with KillContainerError: "rpc error: code = DeadlineExceeded desc = context deadline exceeded", failed to "KillPodSandbox" for "${frame.uid}" with KillPodSandboxError: "rpc error: code = DeadlineExceeded desc = context deadline exceeded"]`,
      `[failed to "KillContainer" for "${name}" with KillContainerError: "rpc error: code = Unknown desc = failed to kill container \\"${id}\\": unknown error after kill: runc did not terminate successfully: exit status 1: unable to signal init: permission denied"]`,
      `failed to "KillPodSandbox" for "${frame.uid}" with KillPodSandboxError: "rpc error: code = Unknown desc = failed to stop container \\"${id}\\": an error occurs during waiting for container \\"${id}\\" to be killed: wait container \\"${id}\\": context deadline exceeded"`,
    ]);
    const span = {
      first: deletedAt + 31 * SECOND,
      last: scene.now - 40 * SECOND,
      count: Math.max(2, Math.floor((scene.now - deletedAt) / (150 * SECOND))),
    };
    return {
      ...outcome,
      deleted: { at: deletedAt + 30 * SECOND, graceSeconds: 30 },
      events: [
        podEvent(frame, {
          type: 'Normal',
          reason: 'Killing',
          message: `Stopping container ${name}`,
          container: name,
          first: deletedAt,
          last: span.last,
          count: span.count,
        }),
        podEvent(frame, { type: 'Warning', reason: 'FailedKillPod', message: `error killing pod: ${why}`, ...span }),
      ],
    };
  };
}
