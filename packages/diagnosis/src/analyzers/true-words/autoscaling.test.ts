import { testTrueTexts, trueText } from '@headwater/testkit/true-words.ts';
import type { TrueText } from '@headwater/testkit/true-words.ts';
import { autoscaler, custom, event, type Fields, logging, meta, unscheduled } from '@headwater/testkit/true-worlds.ts';

const HPA = 'HorizontalPodAutoscaler/shop/web';
const WEB = 'Deployment/shop/web';

const inactive = (reason: string, message: string): Fields => ({
  type: 'ScalingActive',
  status: 'False',
  reason,
  message,
});
const requests = { resources: { requests: { cpu: '100m', memory: '64Mi' } } };
const external = (name: string): Fields => ({
  metrics: [{ type: 'External', external: { metric: { name }, target: { type: 'AverageValue', averageValue: '5' } } }],
});

const failedJob = (condition: Fields): TrueText['world'] => ({
  objects: [
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: meta('web'),
      spec: { backoffLimit: 6, template: { spec: { containers: [{ name: 'web' }], restartPolicy: 'Never' } } },
      status: { failed: 5, conditions: [{ status: 'True', lastTransitionTime: '2026-03-01T09:50:00Z', ...condition }] },
    },
  ],
});

const cron = (spec: Fields, message: string): TrueText['world'] => ({
  objects: [
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: meta('web'),
      spec: { schedule: '*/1 * * * *', jobTemplate: { spec: { template: { spec: {} } } }, ...spec },
      status: { lastScheduleTime: '2026-02-27T09:00:00Z' },
    },
    event('CronJob/web', 'FailedNeedsStart', message),
  ],
});

const issuer = (kind: string, secretName: string, message: string): TrueText['world'] =>
  custom(
    'cert-manager.io/v1',
    kind,
    { type: 'Ready', status: 'False', reason: 'ErrGetKeyPair', message },
    {
      metadata: kind === 'ClusterIssuer' ? { name: 'web' } : meta('web'),
      spec: { ca: { secretName } },
    },
  );

testTrueTexts('autoscaling, Jobs and certificates', [
  trueText(
    'H02',
    'clearlinux/cloud-native-setup#5',
    'hpa-no-metrics',
    autoscaler(
      inactive(
        'FailedGetResourceMetric',
        'the HPA was unable to compute the replica count: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
      ),
      {},
      requests,
    ),
    HPA,
  ),
  trueText(
    'H02',
    'NatLabRockies/openstudio-server-helm#4',
    'hpa-no-metrics',
    autoscaler(
      inactive(
        'FailedGetResourceMetric',
        'the HPA was unable to compute the replica count: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
      ),
      {},
      requests,
    ),
    HPA,
  ),
  trueText(
    'H02',
    'helm/charts#12366',
    'hpa-no-metrics',
    autoscaler(
      inactive(
        'FailedGetResourceMetric',
        'the HPA was unable to compute the replica count: unable to get metrics for resource memory: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)',
      ),
      {},
      requests,
    ),
    HPA,
  ),
  trueText(
    'H02',
    'kedacore/keda#3051',
    'hpa-no-metrics',
    autoscaler(
      inactive(
        'FailedGetExternalMetric',
        'the HPA was unable to compute the replica count: unable to get external metric dev/s0-cron-America-New_York-09xxx-017xxx/&LabelSelector{MatchLabels:map[string]string{scaledobject.keda.sh/name: bilayer-scaledobject,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: the server is currently unable to handle the request (get s0-cron-America-New_York-09xxx-017xxx.external.metrics.k8s.io)',
      ),
      external('s0-cron-America-New_York-09xxx-017xxx'),
    ),
    HPA,
  ),
  trueText(
    'H02',
    'kedacore/keda#868',
    'hpa-no-metrics',
    autoscaler(
      inactive(
        'FailedGetExternalMetric',
        'unable to get external metric demo/nginx_ingress_controller_requests/&LabelSelector{MatchLabels:map[string]string{deploymentName: autoscalingdemo,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics from external metrics API: no matches for kind "ScaledObject" in version "keda.k8s.io/v1alpha1"',
      ),
      external('nginx_ingress_controller_requests'),
    ),
    HPA,
  ),
  trueText(
    'H02',
    'k3s-io/k3s#8287',
    'hpa-no-requests',
    autoscaler(
      inactive(
        'FailedGetResourceMetric',
        'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container web of Pod web-1-a',
      ),
    ),
    WEB,
  ),
  trueText(
    'H02',
    'kubernetes/kubernetes#79365',
    'hpa-no-requests',
    autoscaler(
      inactive('FailedGetResourceMetric', 'the HPA was unable to compute the replica count: missing request for cpu'),
    ),
    WEB,
  ),
  trueText(
    'H05',
    'kubernetes/autoscaler#5692',
    'autoscaler-blocked',
    unscheduled('0/2 nodes are available: 2 Insufficient cpu.', requestsOf('8'), [
      event(
        'Pod/web-1-a',
        'NotTriggerScaleUp',
        "pod didn't trigger scale-up: 12 node(s) didn't match Pod's node affinity/selector, 3 max node group size reached",
        'Normal',
      ),
    ]),
    WEB,
  ),
  trueText(
    'H05',
    'kubernetes/autoscaler#3268',
    'autoscaler-blocked',
    unscheduled('0/2 nodes are available: 2 Insufficient cpu.', requestsOf('8'), [
      event(
        'Pod/web-1-a',
        'NotTriggerScaleUp',
        "pod didn't trigger scale-up (it wouldn't fit if a new node is added): 1 max limit reached",
        'Normal',
      ),
    ]),
    WEB,
  ),
  trueText(
    'J01',
    'kubernetes/kubernetes#92245',
    'job-failed',
    failedJob({
      type: 'Failed',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
    }),
    'Job/shop/web',
  ),
  trueText(
    'J01',
    'kubernetes/kubernetes#62382',
    'job-failed',
    failedJob({
      type: 'Failed',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reach the specified backoff limit',
    }),
    'Job/shop/web',
  ),
  trueText(
    'J02',
    'kubernetes/website#9296',
    'cronjob-broken',
    cron(
      {},
      'Cannot determine if job needs to be started. Too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew.',
    ),
    'CronJob/shop/web',
  ),
  trueText(
    'J02',
    'thoth-station/core#82',
    'cronjob-broken',
    cron(
      { timeZone: 'Europe/Prague' },
      'Cannot determine if job needs to be started: Too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew.',
    ),
    'CronJob/shop/web',
  ),
  trueText(
    'X02',
    'cert-manager/cert-manager#7120',
    'certificate-not-ready',
    issuer('ClusterIssuer', 'ca-key-pair', 'Error getting keypair for CA issuer: secrets "ca-key-pair" not found'),
    'ClusterIssuer//web',
  ),
  trueText(
    'X02',
    'cert-manager/cert-manager#6331',
    'certificate-not-ready',
    issuer('Issuer', 'keycloak-root-tls', 'Error getting keypair for CA issuer: secrets "keycloak-root-tls" not found'),
    'Issuer/shop/web',
  ),
  trueText(
    'X01',
    'yashbhutwala/kubectl-df-pv#20',
    'certificate-expired',
    logging(
      [51, 53, 55, 57, 59]
        .map(
          (minute) =>
            `2026-03-01T09:${minute}:01Z ERROR Get "https://payments.shop.svc:8443/v1": x509: certificate has expired or is not yet valid: current time 2026-03-01T09:${minute}:01Z is after 2026-02-23T03:12:06Z`,
        )
        .join('\n'),
    ),
    WEB,
  ),
]);

function requestsOf(cpu: string): Fields {
  return { containers: [{ name: 'web', image: 'registry.example.com/web:1', resources: { requests: { cpu } } }] };
}
