import { MINUTE } from '@headwater/core/time.ts';
import { alert, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { made } from '@headwater/testkit/world/metadata.ts';
import { addMetrics, gauge, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { object } from '@headwater/testkit/world/objects.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { scaleTo } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** H01: load grows, the autoscaler wants more replicas than it may have. */
export const scenario: Scenario = {
  slug: 'hpa-at-max',
  title: 'A service gets slower while load grows and nothing is scaled',
  families: ['autoscaling', 'saturation'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['metrics-server'] });
    const { orders, namespace } = app;
    const at = scene.around('full', 26);
    scaleTo(orders, { from: 2, to: 3, at, manager: 'kube-controller-manager' });
    if (scene.repaired) {
      scaleTo(orders, { from: 3, to: 6, at: scene.repairedAt, manager: 'kube-controller-manager' });
      orders.pods = (orders.pods ?? []).map((pod, index) =>
        index === 2 ? { revision: 'current', state: running(), created: at + 1_000 } : pod,
      );
    }
    const max = scene.repaired ? 8 : 3;
    const use = scene.repaired ? 62 : 188;
    plan.objects.push(
      object(
        scene,
        { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace, name: orders.name },
        made(daysBefore(scene, 44)),
        {
          spec: {
            maxReplicas: max,
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
                message:
                  'recent recommendations were higher than current one, applying the highest recent recommendation',
                reason: 'ScaleDownStabilized',
                status: 'True',
                type: 'AbleToScale',
              },
              {
                lastTransitionTime: stamp(daysBefore(scene, 44)),
                message:
                  'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
                reason: 'ValidMetricFound',
                status: 'True',
                type: 'ScalingActive',
              },
              scene.repaired
                ? {
                    lastTransitionTime: stamp(scene.repairedAt),
                    message: 'the desired count is within the acceptable range',
                    reason: 'DesiredWithinRange',
                    status: 'False',
                    type: 'ScalingLimited',
                  }
                : {
                    lastTransitionTime: stamp(at),
                    message: 'the desired replica count is more than the maximum replica count',
                    reason: 'TooManyReplicas',
                    status: 'True',
                    type: 'ScalingLimited',
                  },
            ],
            currentMetrics: [
              {
                resource: { current: { averageUtilization: use, averageValue: `${use}m` }, name: 'cpu' },
                type: 'Resource',
              },
            ],
            currentReplicas: orders.replicas,
            desiredReplicas: orders.replicas,
            lastScaleTime: stamp(scene.repaired ? scene.repairedAt : at),
          },
        },
      ),
    );
    const slow = (time: number): boolean => time >= at && !(scene.repaired && time > scene.repairedAt + MINUTE);
    for (const pod of realise(plan, orders).pods) {
      addMetrics(
        plan,
        traffic(scene, pod, { rate: (time) => (slow(time) ? 21 : 13), seconds: (time) => (slow(time) ? 0.9 : 0.12) }),
      );
      addMetrics(
        plan,
        usage(scene, pod, { cores: (time) => (slow(time) ? 0.188 : 0.07), bytes: steady(scene, pod.name, 110e6) }),
      );
    }
    const labels = { horizontalpodautoscaler: orders.name, namespace };
    addMetrics(
      plan,
      gauge(scene, 'kube_horizontalpodautoscaler_status_current_replicas', labels, (time) => (time < at ? 2 : 3)),
    );
    addMetrics(
      plan,
      gauge(scene, 'kube_horizontalpodautoscaler_spec_max_replicas', labels, () => max),
    );
    alert(plan, {
      alertname: 'KubeHpaMaxedOut',
      severity: 'warning',
      labels: { ...labels, job: 'kube-state-metrics' },
      summary: 'HPA is running at max replicas',
      description: `HPA ${namespace}/${orders.name} has been running at max replicas for longer than 15 minutes on cluster .`,
      at: at + 15 * MINUTE,
    });
    highLatency(plan, orders, { since: at, seconds: 1.9 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'HorizontalPodAutoscaler', namespace: scene.cast.namespace, name: scene.cast.orders },
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders },
      ],
      category: ['hpa-at-max'],
      keywords: [['3'], ['maxReplicas', 'maximum', 'max replicas']],
      not: [{ category: 'hpa-no-metrics' }, { category: 'version-slow' }],
    }),
};
