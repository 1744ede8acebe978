import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { container, mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { initCrashing } from '@headwater/testkit/world/pod-states/init.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P11: the migration that runs before the application refuses to go on. */
export const scenario: Scenario = {
  slug: 'init-container-failing',
  title: 'A release does not get past its first step',
  families: ['pod', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders } = app;
    const at = scene.around('rollout', 37);
    rollOut(orders, {
      at,
      spec: (spec) => {
        spec.initContainers = [
          container('migrate', { image: mainContainer(spec).image, command: ['/app/migrate', 'up'] }),
        ];
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      allPods(orders, running(), { survivor: true });
      return plan;
    }
    const version = scene.random.int('dirty', 20, 90);
    const says = [
      `{time} applying migrations from file:///app/migrations`,
      `{time} error: Dirty database version ${version}. Fix and force version.`,
    ];
    stuckRollout(orders, initCrashing({ exitCode: 1, ran: 2, says }), running());
    const pod = realise(plan, orders).pods.at(-1);
    if (pod) podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['init-container-failing', 'schema-mismatch'],
      keywords: [['migrate'], ['Dirty database', 'exit code 1', 'exitCode = 1', 'exited with 1']],
      not: [{ category: 'image-not-found' }, { kind: 'Node' }],
    }),
};
