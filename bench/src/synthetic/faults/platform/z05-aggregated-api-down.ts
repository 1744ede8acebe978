import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { notReady, running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { stamp } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { autoscaler } from '../../kit/hpa.ts';

const UNABLE = 'the server is currently unable to handle the request (get pods.metrics.k8s.io)';
const WHY = `failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: ${UNABLE}`;

/** Z05: the metrics API has no backend; autoscalers are blind. */
export const fault: Fault = {
  code: 'Z05',
  name: 'aggregated API down',
  lookAlikes: ['H02', 'Z01'],
  scenario: {
    slug: 'z05-aggregated-api-down',
    title: 'Autoscalers cannot read metrics any more',
    families: ['control-plane', 'scaling'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['metrics-server'] });
      const at = scene.around('down', 22);
      const server = plan.workloads.find(({ name }) => name === 'metrics-server');
      if (!server) return plan;
      const crash = scene.random.chance('crash', 0.5);
      const says = [
        'I{time} 1 serving.go:374] Generated self-signed cert (/tmp/apiserver.crt, /tmp/apiserver.key)',
        scene.random.pick('death', [
          'panic: failed to create listener: failed to listen on 0.0.0.0:10250: listen tcp 0.0.0.0:10250: bind: address already in use',
          'Error: unable to load configmap based request-header-client-ca-file: configmaps "extension-apiserver-authentication" is forbidden: User "system:serviceaccount:kube-system:default" cannot get resource "configmaps" in API group "" in the namespace "kube-system"',
        ]),
      ];
      if (!scene.repaired)
        server.pods = [
          {
            revision: 'current',
            state: crash
              ? crashLooping({ exitCode: 2, ran: 1, since: at, says })
              : notReady({ probe: 'HTTP probe failed with statuscode: 500', since: at }),
          },
        ];
      else server.pods = [{ revision: 'current', state: running(), created: scene.repairedAt }];
      blindAutoscaler(plan, app.orders, at);
      if (scene.repaired) return plan;
      const index = plan.objects.findIndex(
        ({ kind, metadata }) => kind === 'APIService' && metadata.name === 'v1beta1.metrics.k8s.io',
      );
      const service = plan.objects[index];
      const [reason, message] = scene.random.pick('reason', [
        [
          'MissingEndpoints',
          'endpoints for service/metrics-server in "kube-system" have no addresses with port name "https"',
        ],
        [
          'FailedDiscoveryCheck',
          `failing or missing response from https://${scene.cluster.serviceNetwork}.88.12:443/apis/metrics.k8s.io/v1beta1: Get "https://${scene.cluster.serviceNetwork}.88.12:443/apis/metrics.k8s.io/v1beta1": dial tcp ${scene.cluster.serviceNetwork}.88.12:443: connect: connection refused`,
        ],
      ] as const);
      if (service)
        plan.objects[index] = {
          ...service,
          status: {
            conditions: [
              { lastTransitionTime: stamp(at + 5 * SECOND), message, reason, status: 'False', type: 'Available' },
            ],
          },
        };
      if (crash && scene.random.chance('crash-alert', 0.5))
        for (const pod of realise(plan, server).pods) podCrashLooping(plan, pod, at);
      alert(plan, {
        alertname: 'KubeAggregatedAPIDown',
        severity: 'warning',
        labels: { name: 'v1beta1.metrics.k8s.io', namespace: 'default' },
        summary: 'Kubernetes aggregated API is down.',
        description:
          'Kubernetes aggregated API v1beta1.metrics.k8s.io/default has been only 0% available over the last 10m on cluster .',
        at: at + 12 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'APIService', name: 'v1beta1.metrics.k8s.io' },
          { kind: 'Deployment', namespace: 'kube-system', name: 'metrics-server' },
        ],
        // When the backend crashes, why it crashes is the finer cause.
        category: ['aggregated-api-down', 'port-conflict', 'rbac-denied'],
        keywords: [['metrics-server', 'metrics.k8s.io']],
        not: [{ kind: 'HorizontalPodAutoscaler' }, { category: 'hpa-no-metrics' }, { category: 'hpa-no-requests' }],
      }),
  },
};

/** An autoscaler that cannot read what it scales by. */
function blindAutoscaler(plan: Plan, target: Workload, at: number): void {
  const { scene } = plan;
  const blind = {
    status: 'False' as const,
    reason: 'FailedGetResourceMetric',
    message: `the HPA was unable to compute the replica count: ${WHY}`,
    since: at + 20 * SECOND,
  };
  const hpa = autoscaler(scene, {
    target,
    min: 2,
    max: 6,
    current: 2,
    aim: 70,
    used: scene.repaired ? 41 : null,
    ...(scene.repaired ? {} : { active: blind }),
  });
  plan.objects.push(hpa);
  const event = {
    about: about(hpa),
    type: 'Warning' as const,
    component: 'horizontal-pod-autoscaler',
    first: at + 20 * SECOND,
    last: scene.before(0, 12),
    count: Math.floor((scene.zero - at) / (15 * SECOND)),
  };
  plan.events.push(
    { ...event, reason: 'FailedGetResourceMetric', message: WHY },
    {
      ...event,
      reason: 'FailedComputeMetricsReplicas',
      message: `invalid metrics (1 invalid out of 1), first error is: ${WHY}`,
    },
  );
}
