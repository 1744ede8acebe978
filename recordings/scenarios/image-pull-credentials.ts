import { containerWaiting, deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** I02: the pull secret the template names was never created here, so the private registry answers 401. */
export const scenario: Scenario = {
  slug: 'image-pull-credentials',
  title: 'A service cannot start its new version',
  families: ['image'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog } = app;
    const at = scene.around('rollout', 63);
    const { namespace } = app;
    rollOut(catalog, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${privateRegistry(scene)}/${catalog.name}:${splitImage(main.image).tag}`;
        spec['imagePullSecrets'] = [{ name: secretOf(scene) }];
      },
    });
    if (scene.repaired) {
      plan.objects.push(
        secret(scene, {
          namespace,
          name: secretOf(scene),
          keys: ['.dockerconfigjson'],
          type: 'kubernetes.io/dockerconfigjson',
          created: scene.repairedAt,
        }),
      );
      allPods(catalog, running(), { created: scene.repairedAt + 5_000 });
      return plan;
    }
    const host = privateRegistry(scene);
    const error = `failed to pull and unpack image "{image}": failed to resolve reference "{image}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://${host}/token?scope=repository%3A${catalog.name}%3Apull&service=${host}: 401 Unauthorized`;
    stuckRollout(catalog, pullFailing({ code: 'Unknown', error, missingSecrets: [secretOf(scene)] }), running());
    const pod = realise(plan, catalog).pods.at(-1);
    if (pod) {
      podNotReady(plan, pod, at);
      containerWaiting(plan, pod, 'ImagePullBackOff');
    }
    deploymentRolloutStuck(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog },
        { kind: 'Secret', namespace: scene.cast.namespace, name: secretOf(scene) },
      ],
      category: ['image-pull-credentials'],
      keywords: [[secretOf(scene)], ['401', 'Unable to retrieve some image pull secrets']],
      not: [{ category: 'image-not-found' }, { category: 'registry-unavailable' }],
    }),
};

function secretOf(scene: Scene): string {
  return scene.random.pick('pull-secret', ['regcred', 'registry-login', `${scene.cast.organisation}-pull`]);
}

function privateRegistry(scene: Scene): string {
  return `hub.${scene.cast.domain}`;
}
