import { basePlan } from '@headwater/testkit/world/base.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { containerWaiting, deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';

/** I02: the pull secret is there and its login no longer works: a token that expired, or another registry's. */
export const fault: Fault = {
  code: 'I02-invalid',
  name: 'invalid pull secret',
  lookAlikes: ['I01', 'I04'],
  scenario: {
    slug: 'synthetic-i02-invalid',
    title: 'No new image can be pulled for a service',
    families: ['image'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const { namespace } = app;
      const at = scene.around('rollout', 65);
      const name = secretOf(scene);
      // The registry is the same as before: only the login has gone bad since the last pull.
      victim.spec['imagePullSecrets'] = [{ name }];
      plan.objects.push(
        secret(scene, {
          namespace,
          name,
          keys: ['.dockerconfigjson'],
          type: 'kubernetes.io/dockerconfigjson',
          created: daysBefore(scene, 88),
          ...(scene.repaired
            ? { edited: { at: scene.repairedAt, manager: 'kubectl-replace', keys: ['.dockerconfigjson'] } }
            : {}),
        }),
      );
      rollOut(victim, {
        at,
        spec: (spec) => {
          const main = mainContainer(spec);
          main.image = `${splitImage(main.image).name}:v3.${scene.random.int('minor', 0, 30)}.0`;
        },
      });
      if (scene.repaired) {
        allPods(victim, running(), { created: scene.repairedAt + 8_000 });
        return plan;
      }
      const [host = ''] = mainContainer(victim.spec).image.split('/');
      stuckRollout(victim, pullFailing({ code: 'Unknown', error: wordsOf(scene, host) }), running());
      const pod = realise(plan, victim).pods.at(-1);
      if (pod) {
        podNotReady(plan, pod, at);
        containerWaiting(plan, pod, 'ImagePullBackOff');
      }
      deploymentRolloutStuck(plan, victim, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene), { kind: 'Secret', namespace: scene.cast.namespace, name: secretOf(scene) }],
        category: ['image-pull-credentials'],
        keywords: [['401', '403', 'unauthorized', 'Forbidden', 'denied'], [secretOf(scene)]],
        not: [{ category: 'image-not-found' }, { category: 'registry-unavailable' }, { kind: 'Node' }],
      }),
  },
};

function secretOf(scene: Scene): string {
  return scene.random.pick('pull-secret', [
    'regcred',
    'registry-login',
    'ghcr-token',
    `${scene.cast.organisation}-pull`,
  ]);
}

function wordsOf(scene: Scene, host: string): string {
  const start = 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": ';
  return scene.random.pick('words', [
    `${start}failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://${host}/token?scope=repository%3Aapp%3Apull&service=${host}: 403 Forbidden`,
    `${start}unexpected status from HEAD request to https://${host}/v2/app/manifests/v3: 403 Forbidden`,
    `${start}failed to authorize: failed to fetch oauth token: unexpected status from POST request to https://${host}/oauth2/token: 401 Unauthorized`,
    `initializing source docker://{image}: reading manifest: unauthorized: authentication required`,
  ]);
}
