import { causeIs } from '../../../../recordings/expect.ts';
import { demo, everyPod, fireForPods, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The Secret with the registry's login is deleted and the Pod made again. */
export const fault: Fault = {
  code: 'KDS-image-pull-failure',
  name: 'the pull secret is gone',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-image-pull-failure',
    title: 'A Pod cannot pull its image',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-imagepull');
      const at = scene.around('inject', 8);
      const api = part(plan, 'demo-imagepull', 'inventory-api', {
        image: 'quay.io/kubernaut-cicd/private-inventory-api:1.4.0',
        port: 8080,
        memory: ['32Mi', '64Mi'],
        spec: { imagePullSecrets: [{ name: 'registry-credentials' }] },
      });
      everyPod(
        api,
        pullFailing({
          code: 'Unknown',
          error:
            'failed to pull and unpack image "{image}": failed to resolve reference "{image}": pulling from host quay.io failed with status code [manifests 1.4.0]: 401 UNAUTHORIZED',
          missingSecrets: ['registry-credentials'],
        }),
        { created: at },
      );
      api.progress = 'complete';
      fireForPods(plan, api, {
        alertname: 'ImagePullBackOffPersistent',
        severity: 'high',
        at: at + 2 * MINUTE,
        extra: { reason: 'ImagePullBackOff' },
        summary: ({ pod, container: name }) =>
          `Pod ${pod} in namespace demo-imagepull is stuck in ImagePullBackOff for container ${name}.`,
        description: ({ pod, container: name }) =>
          `The container ${name} in pod ${pod} cannot pull its image. This is typically caused by expired or missing registry credentials (ImagePullSecret), an incorrect image reference, or registry rate limiting. Verify the ImagePullSecret and image reference.`,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Secret', namespace: 'demo-imagepull', name: 'registry-credentials' },
          { kind: 'Deployment', namespace: 'demo-imagepull', name: 'inventory-api' },
        ],
        category: ['image-pull-credentials', 'secret-missing'],
        keywords: [['registry-credentials']],
      }),
  },
};
