import { deploymentReplicasMismatch, deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaintLog } from '@headwater/testkit/world/caller-logs.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** D03: the new version runs and says of itself that it is not ready; the deadline has passed. */
export const scenario: Scenario = {
  slug: 'rollout-stuck',
  title: 'A rollout has exceeded its deadline, the old version serves on',
  families: ['rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders } = app;
    const at = scene.around('rollout', 47);
    rollOut(orders, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${splitImage(main.image).name}:v8.${scene.random.int('new-tag', 0, 20)}.1`;
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      allPods(orders, running(), { survivor: true });
      return plan;
    }
    const waiting = {
      since: at + 10_000,
      every: 20,
      say: () => ({
        level: 'warn' as const,
        message: 'not ready: search index version 14 is older than required version 15',
      }),
    };
    stuckRollout(orders, notReady({ probe: 'HTTP probe failed with statuscode: 503' }), running(), {
      logs: (pod) => [
        {
          container: mainContainer(orders.spec).name,
          lines: complaintLog(scene, orders, { pod, options: { complaints: [waiting] } }),
        },
      ],
    });
    const pod = realise(plan, orders).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentRolloutStuck(plan, orders, at);
    deploymentReplicasMismatch(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['rollout-stuck', 'readiness-failing'],
      keywords: [
        ['503', 'Readiness probe failed', 'not ready'],
        ['ProgressDeadlineExceeded', 'index version', 'statuscode: 503'],
      ],
      not: [{ category: 'probe-misconfigured' }, { kind: 'Node' }, { category: 'image-not-found' }],
    }),
};
