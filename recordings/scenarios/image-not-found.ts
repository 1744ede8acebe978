import { containerWaiting, deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import type { Scenario } from '../scenario.ts';

/** I01: a release names a tag nobody pushed; the former version keeps serving. */
export const scenario: Scenario = {
  slug: 'image-not-found',
  title: 'A rollout has not finished for an hour',
  families: ['image', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders } = app;
    const at = scene.around('rollout', 66);
    rollOut(orders, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${splitImage(main.image).name}:${tagOf(scene)}`;
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      allPods(orders, running(), { survivor: true });
      return plan;
    }
    const error = `failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found`;
    stuckRollout(orders, pullFailing({ code: 'NotFound', error }), running());
    const broken = realise(plan, orders).pods.at(-1);
    deploymentRolloutStuck(plan, orders, at);
    if (broken) {
      podNotReady(plan, broken, at);
      containerWaiting(plan, broken, 'ImagePullBackOff');
    }
    return plan;
  },
  expected: (scene) => ({
    verdict: 'cause',
    causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
    category: ['image-not-found'],
    keywords: [['not found', 'NotFound'], [tagOf(scene)]],
    not: [{ category: 'image-pull-credentials' }, { category: 'registry-unresolvable' }],
    remediation: ['rollout-undo'],
  }),
};

function tagOf(scene: Parameters<Scenario['build']>[0]): string {
  return scene.random.pick('bad-tag', [
    `v9.${scene.random.int('bad-minor', 0, 30)}.0-rc.1`,
    `release-${scene.random.hex('bad-hash', 7)}`,
    `2026.13.${scene.random.int('bad-day', 1, 28)}`,
  ]);
}
