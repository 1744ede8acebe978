import type { App, Raw, Site } from './site.ts';

/** A made site as the API server would list it. */
export function renderSite(site: Site): Raw[] {
  const { namespace } = site;
  const objects: Raw[] = site.nodes.map((name, at) => nodeObject(site, name, at));
  let address = 20;
  for (const app of site.apps.values()) {
    objects.push(...workloadObjects(site, app, address), ...serviceObjects(site, app, address));
    address += Math.max(1, app.replicas);
  }
  objects.push({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } });
  return [...objects, ...site.extra];
}

function nodeObject({ now }: Site, name: string, at: number): Raw {
  const stamp = new Date(now - 20_000).toISOString();
  const old = new Date(now - 40 * 86_400_000).toISOString();
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: stamp,
    lastTransitionTime: old,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      creationTimestamp: old,
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/role': at === 0 ? 'master' : 'node' },
    },
    spec:
      at === 0
        ? { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }
        : {},
    status: {
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
        condition('Ready', 'True', 'KubeletReady'),
      ],
      addresses: [
        { type: 'InternalIP', address: `192.168.0.${150 + at}` },
        { type: 'Hostname', address: name },
      ],
      capacity: { cpu: '32', memory: '65978548Ki', pods: '110' },
      allocatable: { cpu: '32', memory: '65671348Ki', pods: '110' },
      nodeInfo: {
        kubeletVersion: 'v1.31.2',
        containerRuntimeVersion: 'containerd://1.7.23',
        bootID: `b${at}`,
        architecture: 'amd64',
      },
    },
  };
}

const HASH = '6c9f7d8b54';

/** The name of a workload's first Pod. */
export function podName(app: App, index = 0): string {
  return app.kind === 'StatefulSet' ? `${app.name}-${index}` : `${app.name}-${HASH}-${'bcdfg'[index] ?? 'z'}x7kq`;
}

const PROXY = {
  name: 'istio-proxy',
  image: 'docker.io/istio/proxyv2:1.20.2',
  args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local'],
  ports: [{ name: 'http-envoy-prom', containerPort: 15090, protocol: 'TCP' }],
  readinessProbe: { httpGet: { path: '/healthz/ready', port: 15021 } },
};
const TOKEN = { name: 'kube-api-access-x7kq2', projected: { sources: [] } };

function podSpecOf(app: App): Record<string, unknown> {
  return {
    serviceAccountName: 'default',
    containers: [
      {
        name: app.name,
        image: app.image,
        ports: [{ containerPort: app.port, protocol: 'TCP' }],
        env: app.env,
        ...(app.envFrom.length > 0 ? { envFrom: app.envFrom } : {}),
        resources: { requests: { cpu: '100m', memory: '200Mi' }, limits: { cpu: '1', memory: '1Gi' } },
        ...app.container,
      },
    ],
    ...app.podSpec,
  };
}

function workloadObjects(site: Site, app: App, address: number): Raw[] {
  const { namespace, now } = site;
  const created = new Date(now - 26 * 60_000).toISOString();
  const labels = { app: app.name };
  const template = { metadata: { labels, annotations: app.podAnnotations }, spec: podSpecOf(app) };
  const ready = app.state.ready ? app.replicas : 0;
  const status = {
    replicas: app.replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: app.replicas - ready,
    updatedReplicas: app.replicas,
  };
  const spec = { replicas: app.replicas, selector: { matchLabels: labels }, template };
  const owner: Raw = {
    apiVersion: 'apps/v1',
    kind: app.kind,
    metadata: {
      name: app.name,
      namespace,
      labels,
      creationTimestamp: created,
      annotations: app.kind === 'Deployment' ? { 'deployment.kubernetes.io/revision': '1' } : {},
    },
    spec: app.kind === 'StatefulSet' ? { ...spec, serviceName: app.name } : spec,
    status:
      app.kind === 'Deployment'
        ? {
            ...status,
            conditions: [
              {
                type: 'Available',
                status: ready > 0 || app.replicas === 0 ? 'True' : 'False',
                reason: ready > 0 || app.replicas === 0 ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
              },
            ],
          }
        : status,
  };
  const set: Raw = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${app.name}-${HASH}`,
      namespace,
      labels: { ...labels, 'pod-template-hash': HASH },
      creationTimestamp: created,
      ownerReferences: [{ kind: 'Deployment', name: app.name, controller: true }],
    },
    spec: { ...spec, selector: { matchLabels: { ...labels, 'pod-template-hash': HASH } } },
    status,
  };
  const pods = Array.from({ length: app.replicas }, (_, index) =>
    podObject(site, app, { index, address: address + index, created }),
  );
  return [owner, ...(app.kind === 'Deployment' ? [set] : []), ...pods];
}

function podObject(
  { namespace, nodes }: Site,
  app: App,
  { index, address, created }: { index: number; address: number; created: string },
): Raw {
  const { state } = app;
  const scheduled = state.phase !== 'Pending' || app.node !== '';
  const started = Object.keys(state.state)[0] !== 'waiting' || state.restarts > 0;
  const spec = podSpecOf(app) as { containers: unknown[]; volumes?: unknown[] };
  const status = {
    name: app.name,
    image: app.image,
    ready: state.ready,
    restartCount: state.restarts,
    state: state.state,
    lastState: state.lastState ?? {},
  };
  const proxy = {
    name: PROXY.name,
    image: PROXY.image,
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: created } },
    lastState: {},
  };
  const owner =
    app.kind === 'StatefulSet'
      ? { kind: 'StatefulSet', name: app.name }
      : { kind: 'ReplicaSet', name: `${app.name}-${HASH}` };
  const holds = (value: boolean): string => (value ? 'True' : 'False');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(app, index),
      namespace,
      creationTimestamp: created,
      labels: {
        app: app.name,
        ...(app.kind === 'Deployment'
          ? { 'pod-template-hash': HASH }
          : { 'statefulset.kubernetes.io/pod-name': podName(app, index) }),
      },
      annotations: {
        ...(app.sidecar ? { 'sidecar.istio.io/status': '{"containers":["istio-proxy"]}' } : {}),
        ...app.podAnnotations,
      },
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: {
      ...spec,
      containers: [...spec.containers, ...(app.sidecar ? [PROXY] : [])],
      volumes: [...(spec.volumes ?? []), TOKEN],
      ...(scheduled ? { nodeName: app.node } : {}),
    },
    status: {
      phase: state.phase,
      startTime: created,
      qosClass: 'Burstable',
      ...(started ? { podIP: `172.20.1.${address}` } : {}),
      hostIP: `192.168.0.${150 + nodes.indexOf(app.node)}`,
      conditions: [
        ['PodReadyToStartContainers', started],
        ['Initialized', true],
        ['Ready', state.ready],
        ['ContainersReady', state.ready],
        ['PodScheduled', scheduled],
      ].map(([type, value]) => ({ type, status: holds(value === true) })),
      containerStatuses: [status, ...(app.sidecar ? [proxy] : [])],
    },
  };
}

function serviceObjects({ namespace }: Site, app: App, address: number): Raw[] {
  const metadata = { name: app.name, namespace, labels: { app: app.name } };
  const port = { name: app.kind === 'StatefulSet' ? 'tcp' : 'http', port: app.port, protocol: 'TCP' };
  const ips = Array.from({ length: app.replicas }, (_, index) => ({ ip: `172.20.1.${address + index}` }));
  const selected = app.serviceSelector === undefined;
  const subsets =
    app.replicas === 0 || !selected
      ? []
      : [{ addresses: app.state.ready ? ips : [], notReadyAddresses: app.state.ready ? [] : ips, ports: [port] }];
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        type: 'ClusterIP',
        clusterIP: `10.68.9.${address}`,
        selector: app.serviceSelector ?? { app: app.name },
        ports: [{ ...port, targetPort: app.targetPort ?? app.port }],
      },
    },
    { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets },
  ];
}
