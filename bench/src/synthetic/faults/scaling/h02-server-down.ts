import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { autoscaler } from '../../kit/hpa.ts';

const ERROR =
  'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)';

export const fault: Fault = {
  code: 'H02-server',
  name: 'metrics server down, no autoscaler can scale',
  lookAlikes: ['Z05', 'H01', 'H02'],
  scenario: {
    slug: 'synthetic-metrics-server',
    title: 'No autoscaler of the cluster does anything any more',
    families: ['autoscaling', 'control-plane'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['metrics-server'] });
      const at = scene.around('down', 33);
      const server = plan.workloads.find(({ name }) => name === 'metrics-server');
      if (!server) return plan;
      server.progress = 'complete';
      if (scene.repaired) allPods(server, running(), { created: scene.repairedAt });
      else {
        allPods(server, stateOf(scene, at));
        unavailable(plan, at);
      }
      for (const target of [app.orders, app.frontend]) {
        const hpa = autoscaler(scene, {
          target,
          min: 1,
          max: 8,
          current: target.replicas,
          aim: 70,
          used: scene.repaired ? 40 : null,
          ...(scene.repaired
            ? {}
            : {
                active: {
                  status: 'False' as const,
                  reason: 'FailedGetResourceMetric',
                  message: `the HPA was unable to compute the replica count: ${ERROR}`,
                  since: at + MINUTE,
                },
              }),
        });
        plan.objects.push(hpa);
        if (scene.repaired) continue;
        plan.events.push({
          about: about(hpa),
          type: 'Warning',
          reason: 'FailedGetResourceMetric',
          message: ERROR,
          component: 'horizontal-pod-autoscaler',
          count: Math.floor((scene.zero - at) / 15_000),
          first: at + MINUTE,
          last: scene.before(0, 10),
        });
      }
      alerts(plan, at);
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'kube-system', name: 'metrics-server' },
          { kind: 'APIService', name: 'v1beta1.metrics.k8s.io' },
        ],
        category: ['aggregated-api-down', 'hpa-no-metrics', 'app-crash', 'readiness-failing'],
        keywords: [['metrics-server', 'metrics.k8s.io']],
        not: [{ kind: 'HorizontalPodAutoscaler' }, { category: 'hpa-no-requests' }],
      }),
  },
};

function stateOf(scene: Scene, at: number): ReturnType<typeof running> {
  if (scene.random.chance('crashes', 0.5)) {
    const says = [
      'I{time} serving.go:374] Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)',
      'panic: failed to create listener: failed to listen on 0.0.0.0:10250: listen tcp 0.0.0.0:10250: bind: permission denied',
    ];
    return crashLooping({ exitCode: 2, ran: 3, since: at, says });
  }
  return notReady({
    probe: 'HTTP probe failed with statuscode: 500',
    since: at,
    logs: [],
  });
}

function unavailable(plan: Plan, at: number): void {
  const service = plan.objects.find(({ kind }) => kind === 'APIService');
  const status = {
    conditions: [
      {
        lastTransitionTime: stamp(at + 20_000),
        message: 'endpoints for service/metrics-server in "kube-system" have no addresses with port name "https"',
        reason: 'MissingEndpoints',
        status: 'False',
        type: 'Available',
      },
    ],
  };
  Object.assign(service ?? {}, { status } as Json);
}

function alerts(plan: Plan, at: number): void {
  const name = 'v1beta1.metrics.k8s.io';
  alert(plan, {
    alertname: 'KubeAggregatedAPIDown',
    severity: 'warning',
    labels: { name, namespace: 'default', job: 'apiserver' },
    summary: 'Kubernetes aggregated API is down.',
    description: `Kubernetes aggregated API ${name}/default has been only 0% available over the last 10m on cluster .`,
    at: at + 10 * MINUTE,
  });
}
