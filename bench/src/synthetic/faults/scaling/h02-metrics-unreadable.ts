import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { KubeJson } from '@headwater/testkit/world/json.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { autoscaler } from '../../kit/hpa.ts';

const METRICS = [
  {
    name: 'http_requests_per_second',
    error:
      'unable to get metric http_requests_per_second: unable to fetch metrics from custom metrics API: the server could not find the metric http_requests_per_second for pods',
  },
  {
    name: 'queue_depth',
    error:
      'unable to get metric queue_depth: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
  },
] as const;

export const fault: Fault = {
  code: 'H02-metrics',
  name: 'autoscaler cannot read its metric',
  lookAlikes: ['Z05', 'H01', 'H02'],
  scenario: {
    slug: 'synthetic-hpa-metrics',
    title: 'A service is not scaled any more',
    families: ['autoscaling'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['metrics-server'] });
      const { orders } = app;
      const at = scene.around('edited', 36);
      const { name, error } = metricOf(scene);
      const reason = 'FailedGetPodsMetric';
      const metric = { pods: { metric: { name }, target: { averageValue: '30', type: 'AverageValue' } }, type: 'Pods' };
      const hpa = autoscaler(scene, {
        target: orders,
        min: 2,
        max: 8,
        current: 2,
        desired: scene.repaired ? 2 : 0,
        aim: 70,
        used: scene.repaired ? 44 : null,
        editedAt: scene.repaired ? scene.repairedAt : at,
        ...(scene.repaired
          ? {}
          : {
              metrics: [metric],
              active: {
                status: 'False' as const,
                reason,
                message: `the HPA was unable to compute the replica count: ${error}`,
                since: at + MINUTE,
              },
            }),
      });
      plan.objects.push(hpa);
      if (!scene.repaired) note(plan, hpa, { at, reason, error });
      alert(plan, {
        alertname: 'KubeHpaReplicasMismatch',
        severity: 'warning',
        labels: { horizontalpodautoscaler: orders.name, job: 'kube-state-metrics', namespace: orders.namespace },
        summary: 'HPA has not matched desired number of replicas.',
        description: `HPA ${orders.namespace}/${orders.name} has not matched the desired number of replicas for longer than 15 minutes on cluster .`,
        at: at + 16 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'HorizontalPodAutoscaler', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['hpa-no-metrics'],
        keywords: [[metricOf(scene).name]],
        not: [{ category: 'hpa-no-requests' }, { category: 'hpa-at-max' }, { kind: 'Deployment' }],
      }),
  },
};

function metricOf(scene: Scene): (typeof METRICS)[number] {
  return scene.random.pick('metric', METRICS);
}

function note(plan: Plan, hpa: KubeJson, { at, reason, error }: { at: number; reason: string; error: string }): void {
  const { scene } = plan;
  const event = {
    about: about(hpa),
    type: 'Warning' as const,
    component: 'horizontal-pod-autoscaler',
    count: Math.floor((scene.zero - at) / 15_000),
    first: at + MINUTE,
    last: scene.before(0, 10),
  };
  plan.events.push(
    { ...event, reason, message: error },
    {
      ...event,
      reason: 'FailedComputeMetricsReplicas',
      message: `invalid metrics (1 invalid out of 1), first error is: failed to get pods metric value: ${error}`,
    },
  );
}
