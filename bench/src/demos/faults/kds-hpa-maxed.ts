import { causeIs } from '../../../../recordings/expect.ts';
import { autoscaler, tooMany } from '../../synthetic/kit/hpa.ts';
import { demo, fire, part } from '../stage.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { addMetrics, during, steady, usage } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Load keeps three replicas busy and the autoscaler may not add a fourth. */
export const fault: Fault = {
  code: 'KDS-hpa-maxed',
  name: 'autoscaler at its ceiling',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-hpa-maxed',
    title: 'An autoscaler has reached its maximum',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-hpa');
      const at = scene.around('load', 9);
      const api = part(plan, 'demo-hpa', 'api-frontend', {
        image: 'nginx:1.27-alpine',
        port: 80,
        probes: '/',
        replicas: 2,
        memory: ['32Mi', '64Mi'],
        cpu: ['50m', '200m'],
      });
      scaleTo(api, { from: 2, to: 3, at, manager: 'kube-controller-manager' });
      for (const pod of realise(plan, api).pods)
        addMetrics(
          plan,
          usage(scene, pod, {
            cores: during(scene, at - MINUTE, { normal: steady(scene, 'n', 0.01), faulty: steady(scene, 'f', 0.19) }),
            bytes: steady(scene, 'b', 9e6),
          }),
        );
      plan.objects.push(
        autoscaler(scene, {
          target: api,
          min: 2,
          max: 3,
          current: 3,
          aim: 50,
          used: 380,
          limited: tooMany(at),
          scaledAt: at,
        }),
      );
      fire(plan, {
        alertname: 'KubeHpaMaxedOut',
        severity: 'warning',
        labels: { horizontalpodautoscaler: 'api-frontend', job: 'kube-state-metrics', namespace: 'demo-hpa' },
        summary: 'HPA api-frontend in namespace demo-hpa has reached its maxReplicas ceiling and cannot scale further.',
        description:
          'The api-frontend HPA is at its maximum replica count (3) but the deployment is still under high CPU pressure. The autoscaler cannot add more pods to handle the load. Consider temporarily increasing maxReplicas to allow the HPA to absorb the traffic spike.',
        at: at + 3 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'HorizontalPodAutoscaler', namespace: 'demo-hpa', name: 'api-frontend' }],
        category: ['hpa-at-max'],
      }),
  },
};
