import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part, patch } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { pullFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The image is set to a tag nobody pushed; the rollout passes its deadline. */
export const fault: Fault = {
  code: 'KDS-stuck-rollout',
  name: 'image tag that does not exist',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-stuck-rollout',
    title: 'A rollout makes no progress',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-rollout');
      const at = scene.around('inject', 14);
      const api = part(plan, 'demo-rollout', 'checkout-api', {
        image: 'nginx:1.27-alpine',
        port: 80,
        probes: '/',
        replicas: 3,
        memory: ['32Mi', '64Mi'],
        cpu: ['10m', '50m'],
      });
      api.specExtra = { progressDeadlineSeconds: 120 };
      patch(api, {
        at,
        manager: 'kubectl-set',
        spec: (spec) => {
          mainContainer(spec).image = 'quay.io/kubernaut-cicd/demo-checkout-api:99.99.99-nonexistent';
        },
        state: pullFailing({
          code: 'NotFound',
          error: 'failed to pull and unpack image "{image}": failed to resolve reference "{image}": {image}: not found',
        }),
      });
      api.progress = 'deadline-exceeded';
      fire(plan, {
        alertname: 'KubeDeploymentRolloutStuck',
        severity: 'critical',
        labels: {
          condition: 'Progressing',
          deployment: 'checkout-api',
          job: 'kube-state-metrics',
          namespace: 'demo-rollout',
          status: 'false',
        },
        summary:
          'Deployment checkout-api in namespace demo-rollout has a stuck rollout -- not progressing for over 2 minutes.',
        description:
          'The checkout-api deployment has exceeded its progressDeadlineSeconds (120s) and is no longer making progress on its rollout. This typically indicates new pods cannot start (bad image, missing config, resource constraints). Rolling back to the previous revision will restore service.',
        at: at + 5 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-rollout', name: 'checkout-api' }],
        category: ['image-not-found'],
        keywords: [['99.99.99-nonexistent']],
      }),
  },
};
