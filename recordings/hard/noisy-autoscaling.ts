import { MINUTE } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** The autoscaler goes up and down within its bounds all day, and does what it is for. */
export const scenario: HardScenario = {
  slug: 'noisy-autoscaling',
  title: 'A latency alert while an autoscaler works',
  theme: 'healthy-but-noisy',
  families: ['hard', 'scaling'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders, namespace } = app;
    const at = scene.around('scaled', 17);
    scaleTo(orders, { from: 2, to: 4, at, manager: 'kube-controller-manager' });
    const identity = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      namespace,
      name: orders.name,
    };
    const condition = (type: string, status: string, reason: string, message: string): object => ({
      type,
      status,
      reason,
      message,
      lastTransitionTime: stamp(daysBefore(scene, 3)),
    });
    const target = { type: 'Utilization', averageUtilization: 70 };
    const hpa = object(scene, identity, made(daysBefore(scene, 40)), {
      spec: {
        maxReplicas: 10,
        minReplicas: 2,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
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
            'False',
            'DesiredWithinRange',
            'the desired count is within the acceptable range',
          ),
        ],
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 58, averageValue: '58m' } } },
        ],
        currentReplicas: 4,
        desiredReplicas: 4,
        lastScaleTime: stamp(at),
      },
    });
    plan.objects.push(hpa);
    for (const [index, size] of [3, 2, 4].entries()) {
      const first = at - (2 - index) * 11 * MINUTE;
      const why =
        size === 2 ? 'All metrics below target' : 'cpu resource utilization (percentage of request) above target';
      plan.events.push({
        about: { ...identity, uid: hpa.metadata.uid },
        type: 'Normal',
        reason: 'SuccessfulRescale',
        message: `New size: ${size}; reason: ${why}`,
        component: 'horizontal-pod-autoscaler',
        count: 1,
        first,
        last: first,
      });
    }
    servesWell(plan, [orders, app.frontend]);
    touchy(plan, orders, scene.around('fired', 13));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
