import { SECOND } from '@headwater/core/time.ts';
import type { Json, KubeJson } from './json.ts';
import { metadata } from './metadata.ts';
import type { Plan, ServicePlan } from './plan.ts';
import type { RealPod } from './realise.ts';
import { type Scene, stamp } from './scene.ts';

/** A Service with the EndpointSlice and Endpoints its controllers keep. */
export function renderService(plan: Plan, service: ServicePlan, pods: readonly RealPod[]): KubeJson[] {
  const { scene } = plan;
  const { namespace, name } = service;
  const address = service.headless ? 'None' : clusterAddress(scene, service);
  const owner: KubeJson = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(
      scene,
      { apiVersion: 'v1', kind: 'Service', namespace, name },
      {
        created: service.created,
        changed: service.changed,
        labels: service.labels,
        writers: [
          {
            manager: service.manager,
            at: service.changed ?? service.created,
            wrote: { spec: { ports: 1, selector: 1, type: 1 } },
          },
        ],
      },
    ),
    spec: {
      clusterIP: address,
      clusterIPs: [address],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      ports: service.ports,
      selector: service.selector ?? undefined,
      sessionAffinity: 'None',
      type: service.type ?? 'ClusterIP',
      ...service.specExtra,
    },
    status: { loadBalancer: service.publicAddress ? { ingress: [{ ip: service.publicAddress, ipMode: 'VIP' }] } : {} },
  };
  if (service.selector === null) return [owner];
  const matching = pods.filter(
    (pod) =>
      pod.namespace === namespace &&
      matches(pod, service.selector ?? {}) &&
      pod.outcome.hasAddress &&
      pod.outcome.phase === 'Running',
  );
  const changed = latest(matching, service.changed ?? service.created);
  const slices = sliceGroups(service, matching).map((group, index) =>
    sliceOf(plan, owner, { service, group, index, changed }),
  );
  // Endpoints are deprecated since 1.33; some recorders still list them.
  return scene.random.chance('endpoints', 0.3)
    ? [owner, ...slices, endpointsOf(plan, { service, matching, changed })]
    : [owner, ...slices];
}

/** The cluster address of a Service; the DNS service has the tenth of its network. */
export function clusterAddress(scene: Scene, service: { readonly namespace: string; readonly name: string }): string {
  const { serviceNetwork } = scene.cluster;
  if (service.name === 'kube-dns') return `${serviceNetwork}.0.10`;
  const key = `cluster-ip/${service.namespace}/${service.name}`;
  return `${serviceNetwork}.${scene.random.int(`${key}/3`, 1, 250)}.${scene.random.int(`${key}/4`, 2, 250)}`;
}

function matches(pod: RealPod, selector: Record<string, string>): boolean {
  const labels = pod.object.metadata.labels ?? {};
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function latest(pods: readonly RealPod[], created: number): number {
  return Math.max(
    created,
    ...pods.flatMap(({ outcome }) =>
      outcome.conditions.filter(({ type }) => type === 'Ready').map(({ since }) => since),
    ),
  );
}

interface Port extends Json {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** The container port a Service port leads to on a pod; undefined when a named port is declared nowhere. */
function resolvePort(pod: RealPod, target: number | string): number | undefined {
  if (typeof target === 'number') return target;
  const ports = pod.frame.spec.containers.flatMap((container) => container.ports ?? []);
  return ports.find(({ name }) => name === target)?.containerPort;
}

function portsOn(service: ServicePlan, pod: RealPod): Port[] {
  return service.ports.flatMap(({ name, targetPort, protocol }) => {
    const port = resolvePort(pod, targetPort);
    return port === undefined ? [] : [{ name, port, protocol }];
  });
}

interface SliceGroup {
  readonly ports: readonly Port[];
  readonly pods: readonly RealPod[];
}

// The controller makes one slice per distinct set of resolved ports, and an empty one when nothing matches.
function sliceGroups(service: ServicePlan, pods: readonly RealPod[]): SliceGroup[] {
  if (pods.length === 0) return [{ ports: [], pods: [] }];
  return [...Map.groupBy(pods, (pod) => JSON.stringify(portsOn(service, pod))).values()].map((group) => ({
    ports: group[0] ? portsOn(service, group[0]) : [],
    pods: group,
  }));
}

function sliceOf(
  plan: Plan,
  owner: KubeJson,
  input: { service: ServicePlan; group: SliceGroup; index: number; changed: number },
): KubeJson {
  const { service, group, changed } = input;
  const { namespace, name } = service;
  const suffix = plan.scene.random.suffix(`slice/${namespace}/${name}/${input.index}`, 5);
  const identity = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace, name: `${name}-${suffix}` };
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    endpoints: group.pods.length === 0 ? null : group.pods.map(endpointOf),
    metadata: metadata(plan.scene, identity, {
      created: service.created + SECOND,
      changed,
      owner,
      generateName: `${name}-`,
      generation: 1 + group.pods.length,
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': stamp(changed) },
      labels: {
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': name,
        ...service.labels,
      },
    }),
    ports: group.ports.length === 0 ? null : group.ports,
  };
}

function endpointOf(pod: RealPod): Json {
  const terminating = pod.outcome.deleted !== undefined;
  return {
    addresses: [pod.frame.ip],
    conditions: { ready: pod.outcome.ready && !terminating, serving: pod.outcome.ready, terminating },
    nodeName: pod.frame.node.name,
    targetRef: { kind: 'Pod', name: pod.name, namespace: pod.namespace, uid: pod.object.metadata.uid },
    zone: pod.frame.node.zone,
  };
}

function endpointsOf(
  plan: Plan,
  input: { service: ServicePlan; matching: readonly RealPod[]; changed: number },
): KubeJson {
  const { service, matching, changed } = input;
  const { namespace, name } = service;
  const usable = matching.filter((pod) => portsOn(service, pod).length > 0);
  const address = (pod: RealPod): Json => ({
    ip: pod.frame.ip,
    nodeName: pod.frame.node.name,
    targetRef: { kind: 'Pod', name: pod.name, namespace: pod.namespace, uid: pod.object.metadata.uid },
  });
  const ready = usable.filter(({ outcome }) => outcome.ready && !outcome.deleted).map(address);
  const notReady = usable.filter(({ outcome }) => !outcome.ready && !outcome.deleted).map(address);
  const first = usable[0];
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: metadata(
      plan.scene,
      { apiVersion: 'v1', kind: 'Endpoints', namespace, name },
      {
        created: service.created + SECOND,
        changed,
        labels: service.labels,
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': stamp(changed) },
      },
    ),
    subsets: first
      ? [
          {
            addresses: ready.length > 0 ? ready : undefined,
            notReadyAddresses: notReady.length > 0 ? notReady : undefined,
            ports: portsOn(service, first),
          },
        ]
      : undefined,
  };
}
