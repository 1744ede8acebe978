import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** Somebody pinned an autoscaler long ago: it stands at its maximum, which is its minimum, and idles there. */
export const scenario: HardScenario = {
  slug: 'noisy-pinned-autoscaler',
  title: 'A latency alert of a service whose autoscaler stands at its maximum',
  theme: 'healthy-but-noisy',
  families: ['hard', 'scaling'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, namespace } = app;
    const since = daysBefore(scene, 21);
    const condition = (type: string, status: string, reason: string, message: string): object => ({
      type,
      status,
      reason,
      message,
      lastTransitionTime: stamp(since),
    });
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace, name: orders.name },
        made(since),
        {
          spec: {
            maxReplicas: 2,
            minReplicas: 2,
            metrics: [
              { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
            ],
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: orders.name },
          },
          status: {
            conditions: [
              condition('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size'),
              condition(
                'ScalingActive',
                'True',
                'ValidMetricFound',
                'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
              ),
              condition(
                'ScalingLimited',
                'True',
                'TooFewReplicas',
                'the desired replica count is less than the minimum replica count',
              ),
            ],
            currentMetrics: [
              { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 11, averageValue: '11m' } } },
            ],
            currentReplicas: 2,
            desiredReplicas: 2,
          },
        },
      ),
    );
    servesWell(plan, [orders, app.frontend]);
    touchy(plan, orders, scene.around('fired', 13));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
