import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** H02: a release dropped the CPU request the autoscaler measures against. */
export const scenario: Scenario = {
  slug: 'hpa-no-requests',
  title: 'An autoscaler has not moved since a release',
  families: ['autoscaling'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['metrics-server'] });
    const { orders, namespace } = app;
    const at = scene.around('rollout', 33);
    rollOut(orders, {
      at,
      spec: (spec) => {
        const { resources } = mainContainer(spec);
        resources.requests = { memory: resources.requests?.['memory'] ?? '128Mi' };
        resources.limits = { memory: resources.limits?.['memory'] ?? '256Mi' };
      },
    });
    if (scene.repaired) rollBack(orders, scene.repairedAt);
    const { pods } = realise(plan, orders);
    const container = mainContainer(orders.spec).name;
    const missing = `failed to get cpu utilization: missing request for cpu in container ${container} of Pod ${pods[0]?.name}`;
    const active = { lastTransitionTime: stamp(at + MINUTE), type: 'ScalingActive' };
    const hpa = object(
      scene,
      { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace, name: orders.name },
      made(daysBefore(scene, 44)),
      {
        spec: {
          maxReplicas: 6,
          metrics: [
            { resource: { name: 'cpu', target: { averageUtilization: 70, type: 'Utilization' } }, type: 'Resource' },
          ],
          minReplicas: 2,
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: orders.name },
        },
        status: {
          conditions: [
            {
              lastTransitionTime: stamp(daysBefore(scene, 44)),
              message: 'recommended size matches current size',
              reason: 'ReadyForNewScale',
              status: 'True',
              type: 'AbleToScale',
            },
            scene.repaired
              ? {
                  ...active,
                  message:
                    'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
                  reason: 'ValidMetricFound',
                  status: 'True',
                }
              : {
                  ...active,
                  message: `the HPA was unable to compute the replica count: ${missing}`,
                  reason: 'FailedGetResourceMetric',
                  status: 'False',
                },
          ],
          currentMetrics: scene.repaired
            ? [
                {
                  resource: { current: { averageUtilization: 41, averageValue: '41m' }, name: 'cpu' },
                  type: 'Resource',
                },
              ]
            : null,
          currentReplicas: 2,
          desiredReplicas: scene.repaired ? 2 : 0,
        },
      },
    );
    plan.objects.push(hpa);
    if (scene.repaired) return plan;
    const event = {
      about: about(hpa),
      type: 'Warning' as const,
      component: 'horizontal-pod-autoscaler',
      count: Math.floor((scene.zero - at) / 15_000),
      first: at + MINUTE,
      last: scene.before(0, 10),
    };
    plan.events.push({ ...event, reason: 'FailedGetResourceMetric', message: missing });
    plan.events.push({
      ...event,
      reason: 'FailedComputeMetricsReplicas',
      message: `invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${missing}`,
    });
    alert(plan, {
      alertname: 'KubeHpaReplicasMismatch',
      severity: 'warning',
      labels: { horizontalpodautoscaler: orders.name, job: 'kube-state-metrics', namespace },
      summary: 'HPA has not matched desired number of replicas.',
      description: `HPA ${namespace}/${orders.name} has not matched the desired number of replicas for longer than 15 minutes on cluster .`,
      at: at + 16 * MINUTE,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
        { kind: 'HorizontalPodAutoscaler', namespace: scene.cast.namespace, name: scene.cast.orders },
      ],
      category: ['hpa-no-requests'],
      keywords: [['cpu'], ['missing request', 'no cpu request', 'requests']],
      not: [{ category: 'hpa-no-metrics' }, { category: 'aggregated-api-down' }],
    }),
};
