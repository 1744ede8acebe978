import { SECOND } from '@headwater/core/time.ts';
import { addService } from './application.ts';
import type { KubeJson } from './json.ts';
import { configMap, object } from './objects.ts';
import type { NodePlan, Plan, Workload } from './plan.ts';
import { renderPod, type PodFrame } from './pod.ts';
import { container, podSpec, type PodSpecJson } from './pod-spec.ts';
import { running } from './pod-states/running.ts';
import { uidOf } from './metadata.ts';
import { nodeUid } from './node.ts';
import { daysBefore, microStamp } from './scene.ts';
import { addWorkload } from './workload.ts';

/** The workloads of kube-system that scenarios may break. */
export interface KubeSystem {
  readonly coredns: Workload;
  readonly cni: Workload;
}

const CNI = {
  calico: { name: 'calico-node', image: 'quay.io/calico/node:v3.29.3' },
  cilium: { name: 'cilium', image: 'quay.io/cilium/cilium:v1.17.4' },
  flannel: { name: 'kube-flannel-ds', image: 'ghcr.io/flannel-io/flannel:v0.26.7' },
} as const;

export const COREFILE = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

// What installs pod networking puts its plug-in and its configuration where the kubelet looks for them.
const CNI_MOUNTS = { 'cni-bin-dir': '/host/opt/cni/bin', 'cni-net-dir': '/host/etc/cni/net.d' };
const CNI_VOLUMES = [
  { name: 'cni-bin-dir', hostPath: { path: '/opt/cni/bin', type: '' } },
  { name: 'cni-net-dir', hostPath: { path: '/etc/cni/net.d', type: '' } },
];

/** Adds what runs in kube-system of any cluster. */
export function addKubeSystem(plan: Plan, options: { metricsServer: boolean }): KubeSystem {
  const { scene } = plan;
  const everywhere = {
    tolerations: [{ operator: 'Exists' }],
    priorityClassName: 'system-node-critical',
    priority: 2_000_001_000,
  };
  const critical = { priorityClassName: 'system-cluster-critical', priority: 2_000_000_000 };
  const coredns = addWorkload(plan, 'kube-system', 'coredns', {
    replicas: scene.seed === 0 ? 1 : 2,
    labels: { 'k8s-app': 'kube-dns' },
    manager: scene.cluster.selfManaged ? 'kubeadm' : 'eks',
    days: 38,
    spec: podSpec(
      [
        {
          ...container('coredns', {
            image: 'registry.k8s.io/coredns/coredns:v1.12.0',
            args: ['-conf', '/etc/coredns/Corefile'],
            mounts: { 'config-volume': '/etc/coredns' },
            requests: { cpu: '100m', memory: '70Mi' },
            limits: { memory: '170Mi' },
            liveness: {
              httpGet: { path: '/health', port: 8080 },
              initialDelaySeconds: 60,
              timeoutSeconds: 5,
              failureThreshold: 5,
            },
            readiness: { httpGet: { path: '/ready', port: 8181 } },
          }),
          ports: [
            { containerPort: 53, name: 'dns', protocol: 'UDP' },
            { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
            { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
          ],
        },
      ],
      {
        ...critical,
        dnsPolicy: 'Default',
        serviceAccountName: 'coredns',
        volumes: [
          {
            name: 'config-volume',
            configMap: { defaultMode: 420, items: [{ key: 'Corefile', path: 'Corefile' }], name: 'coredns' },
          },
        ],
      },
    ),
  });
  const service = addService(plan, coredns, { port: 53, name: 'dns', targetPort: 53, serviceName: 'kube-dns' });
  service.labels = { 'k8s-app': 'kube-dns', 'kubernetes.io/name': 'CoreDNS' };
  service.ports = [
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
  ];
  plan.objects.push(
    configMap(scene, {
      namespace: 'kube-system',
      name: 'coredns',
      data: { Corefile: COREFILE },
      created: daysBefore(scene, 120),
      manager: 'kubeadm',
    }),
  );
  const { name, image } = CNI[scene.cluster.cni];
  const cni = addWorkload(plan, 'kube-system', name, {
    kind: 'DaemonSet',
    labels: { 'k8s-app': name },
    days: 60,
    spec: podSpec([container(name, { image, requests: { cpu: '100m' }, mounts: CNI_MOUNTS })], {
      ...everywhere,
      hostNetwork: true,
      volumes: CNI_VOLUMES,
    }),
  });
  // Cilium often replaces kube-proxy; the committed seed leaves it out to stay small.
  if (scene.cluster.cni !== 'cilium' && scene.seed > 0) {
    const proxy = container('kube-proxy', {
      image: `registry.k8s.io/kube-proxy:${scene.cluster.version}`,
      command: ['/usr/local/bin/kube-proxy', '--config=/var/lib/kube-proxy/config.conf'],
    });
    addWorkload(plan, 'kube-system', 'kube-proxy', {
      kind: 'DaemonSet',
      labels: { 'k8s-app': 'kube-proxy' },
      days: 60,
      spec: podSpec([proxy], { ...everywhere, hostNetwork: true }),
    });
  }
  if (options.metricsServer) addMetricsServer(plan, critical);
  addControlPlane(plan);
  return { coredns, cni };
}

function addMetricsServer(plan: Plan, critical: Partial<PodSpecJson>): void {
  const metricsServer = addWorkload(plan, 'kube-system', 'metrics-server', {
    labels: { 'k8s-app': 'metrics-server' },
    days: 60,
    spec: podSpec(
      [
        container('metrics-server', {
          image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
          port: 10250,
          portName: 'https',
          requests: { cpu: '100m', memory: '200Mi' },
        }),
      ],
      critical,
    ),
  });
  addService(plan, metricsServer, { port: 443, name: 'https', targetPort: 'https' });
}

const STATIC = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
export type StaticPodName = (typeof STATIC)[number];

function addControlPlane(plan: Plan): void {
  const node = plan.nodes.find(({ controlPlane }) => controlPlane);
  const holder = node?.name ?? `ip-172-16-${plan.scene.random.int('holder', 2, 250)}-17.eu-west-1.compute.internal`;
  for (const name of ['kube-scheduler', 'kube-controller-manager'])
    plan.objects.push(leaderLease(plan, name, holder, plan.scene.now - 1 * SECOND));
  if (!node) return;
  for (const name of STATIC) plan.objects.push(staticPod(plan, node, name));
}

/** The Lease a control-plane component renews while it leads. */
export function leaderLease(plan: Plan, name: string, holder: string, renewed: number): KubeJson {
  const { scene } = plan;
  const created = daysBefore(scene, 200);
  return object(
    scene,
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-system', name },
    { created, changed: renewed },
    {
      spec: {
        acquireTime: microStamp(created, scene.random, `acquire/${name}`),
        holderIdentity: `${holder}_${scene.random.uuid(`holder/${name}`)}`,
        leaseDurationSeconds: 15,
        leaseTransitions: 4,
        renewTime: microStamp(renewed, scene.random, `renew/${name}`),
      },
    },
  );
}

/** A control-plane component as its kubelet mirrors it, with its Events and logs added to the plan. */
export function staticPod(plan: Plan, node: NodePlan, name: StaticPodName, state = running()): KubeJson {
  const { scene } = plan;
  const image = name === 'etcd' ? 'registry.k8s.io/etcd:3.5.21-0' : `registry.k8s.io/${name}:${scene.cluster.version}`;
  const spec = podSpec([container(name, { image, command: [name], requests: { cpu: '100m' } })], {
    automountServiceAccountToken: false,
    hostNetwork: true,
    nodeName: node.name,
    priorityClassName: 'system-node-critical',
    priority: 2_000_001_000,
    tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
  });
  const created = daysBefore(scene, 38);
  const podName = `${name}-${node.name}`;
  const uid = uidOf(scene, { apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system', name: podName }, created);
  const frame: PodFrame = {
    scene,
    namespace: 'kube-system',
    name: podName,
    uid,
    created,
    spec,
    node,
    ip: node.address,
    workload: name,
  };
  const owner: KubeJson = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, uid: nodeUid(scene, node), creationTimestamp: '' },
  };
  const config = {
    'kubernetes.io/config.hash': scene.random.hex(`static/${name}`, 32),
    'kubernetes.io/config.source': 'file',
  };
  const outcome = state(frame);
  plan.events.push(...outcome.events.filter(({ reason }) => reason !== 'Scheduled'));
  plan.logs.push(...outcome.logs.map((log) => ({ namespace: frame.namespace, pod: podName, ...log })));
  return renderPod(frame, outcome, {
    owner,
    labels: { component: name, tier: 'control-plane' },
    annotations: { ...config, 'kubernetes.io/config.mirror': config['kubernetes.io/config.hash'] },
  });
}
