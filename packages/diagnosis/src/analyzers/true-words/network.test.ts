import { testTrueTexts, type TrueText, trueText } from '@headwater/testkit/true-words.ts';
import { crashed, event, type Fields, meta } from '@headwater/testkit/true-worlds.ts';

const balancer = (reason: string, message: string, status: Fields = { loadBalancer: {} }): TrueText['world'] => ({
  objects: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('web'),
      spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
      status,
    },
    event('Service/web', reason, message),
  ],
});

const corefile =
  '.:53 {\n    errors\n    .\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n    loop\n}\n';

const coredns = (log: string): TrueText['world'] => ({
  objects: [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace: 'kube-system' },
      data: { Corefile: corefile },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'coredns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        template: {
          metadata: { labels: { 'k8s-app': 'kube-dns' } },
          spec: {
            containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.8.4' }],
            volumes: [{ name: 'config-volume', configMap: { name: 'coredns' } }],
          },
        },
      },
      status: { replicas: 1, unavailableReplicas: 1 },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: 'coredns-1',
        namespace: 'kube-system',
        ownerReferences: [{ kind: 'Deployment', name: 'coredns', controller: true }],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
      spec: { clusterIP: '10.96.0.10', selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53, protocol: 'UDP' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'coredns-1-a',
        namespace: 'kube-system',
        labels: { 'k8s-app': 'kube-dns' },
        ownerReferences: [{ kind: 'ReplicaSet', name: 'coredns-1', controller: true }],
      },
      spec: { nodeName: 'w1', containers: [{ name: 'coredns', image: 'registry.k8s.io/coredns/coredns:v1.8.4' }] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False' }],
        containerStatuses: [
          {
            name: 'coredns',
            ready: false,
            restartCount: 8,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2026-03-01T09:58:00Z' } },
          },
        ],
      },
    },
  ],
  logs: { 'kube-system/coredns-1-a/coredns:previous': log },
});

testTrueTexts('Services, network and DNS', [
  trueText(
    'V10',
    'chanzuckerberg/happy#637',
    'load-balancer-external',
    balancer(
      'SyncLoadBalancerFailed',
      'Error syncing load balancer: failed to ensure load balancer: could not find any suitable subnets for creating the ELB',
    ),
    'Service/shop/web',
  ),
  trueText(
    'V10',
    'hetznercloud/hcloud-cloud-controller-manager#69',
    'load-balancer-external',
    balancer('AllocationFailed', 'Failed to allocate IP for "shop/web": no available IPs'),
    'Service/shop/web',
  ),
  trueText(
    'V10',
    'hetznercloud/hcloud-cloud-controller-manager#149',
    'load-balancer-external',
    balancer(
      'SyncLoadBalancerFailed',
      'Error syncing load balancer: failed to ensure load balancer: hcloud/loadBalancers.EnsureLoadBalancer: hcops/LoadBalancerOps.ReconcileHCLBTargets: target worker-nbg1-small-0.eradicated: a load balancer cannot have more than 25 targets (resource_limit_exceeded)',
    ),
    'Service/shop/web',
  ),
  trueText(
    'V10',
    'kubernetes-sigs/aws-load-balancer-controller#3051',
    'load-balancer-external',
    {
      objects: [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: meta('web'),
          spec: { ingressClassName: 'alb', rules: [] },
          status: { loadBalancer: {} },
        },
        event(
          'Ingress/web',
          'FailedBuildModel',
          "Failed build model due to couldn't auto-discover subnets: unable to discover at least one subnet",
        ),
      ],
    },
    'Ingress/shop/web',
  ),
  trueText(
    'L02',
    'loft-sh/vcluster#163',
    'dns-config-wrong',
    coredns(
      '.:53\n[INFO] plugin/reload: Running configuration MD5 = 442b35f70385f5c97f2491a0ce8a27f6\nCoreDNS-1.8.4\nlinux/amd64, go1.16.4, 053c4d5\n[FATAL] plugin/loop: Loop (127.0.0.1:59658 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 7325758017787539715.132383788276774473."',
    ),
    'ConfigMap/kube-system/coredns',
  ),
  trueText(
    'L02',
    'coredns/deployment#215',
    'dns-config-wrong',
    coredns("/etc/coredns/Corefile:3 - Error during parsing: Unknown directive '.'"),
    'ConfigMap/kube-system/coredns',
  ),
  trueText(
    'Y02',
    'directus-labs/helm-chart#30',
    'credentials-invalid',
    crashed(
      { exitCode: 1, reason: 'Error' },
      {
        log: "[09:57:55.100] ERROR: Can't connect to the database.\n[09:57:55.101] ERROR: ER_ACCESS_DENIED_ERROR: Access denied for user 'directus'@'10.42.0.12' (using password: YES)",
      },
    ),
    'Deployment/shop/web',
  ),
]);
