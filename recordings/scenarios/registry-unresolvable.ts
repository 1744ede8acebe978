import { deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** I03: the image's registry host does not exist in DNS. */
export const scenario: Scenario = {
  slug: 'registry-unresolvable',
  title: 'A deployment has been half rolled out since the registry was moved',
  families: ['image'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { frontend } = app;
    const at = scene.around('rollout', 44);
    rollOut(frontend, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${hostOf(scene)}/${frontend.name}:${splitImage(main.image).tag}`;
      },
    });
    if (scene.repaired) {
      rollBack(frontend, scene.repairedAt);
      allPods(frontend, running(), { survivor: true });
      return plan;
    }
    const host = hostOf(scene);
    const tag = splitImage(mainContainer(frontend.spec).image).tag;
    const error = `failed to pull and unpack image "{image}": failed to resolve reference "{image}": failed to do request: Head "https://${host}/v2/${frontend.name}/manifests/${tag}": dial tcp: lookup ${host} on 10.0.0.2:53: no such host`;
    stuckRollout(frontend, pullFailing({ code: 'Unknown', error }), running());
    const pod = realise(plan, frontend).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentRolloutStuck(plan, frontend, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.frontend }],
      category: ['registry-unresolvable'],
      keywords: [['no such host'], [hostOf(scene)]],
      not: [{ category: 'dns-down' }, { category: 'image-not-found' }, { kind: 'Node' }],
    }),
};

function hostOf(scene: Scene): string {
  return scene.random.pick('new-host', [
    `registry2.${scene.cast.domain}`,
    `harbor.int.${scene.cast.domain}`,
    `mirror.${scene.cast.domain}`,
  ]);
}
