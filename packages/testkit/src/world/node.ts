import { type Millis, MINUTE, SECOND } from '@headwater/core/time.ts';
import type { Json, KubeJson } from './json.ts';
import { metadata, uidOf } from './metadata.ts';
import type { NodePlan, Plan } from './plan.ts';
import { daysBefore, microStamp, type Scene, stamp } from './scene.ts';

const GOOD: Readonly<Record<string, { status: string; reason: string; message: string }>> = {
  MemoryPressure: {
    status: 'False',
    reason: 'KubeletHasSufficientMemory',
    message: 'kubelet has sufficient memory available',
  },
  DiskPressure: { status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  PIDPressure: { status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
  Ready: { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
};

/** The nodes of a scene: workers, and a control-plane node where it can be seen. */
export function planNodes(scene: Scene): NodePlan[] {
  const { nodeCount, selfManaged } = scene.cluster;
  const naming = nodeNaming(scene);
  const nodes: NodePlan[] = [];
  if (selfManaged) nodes.push(planNode(scene, { name: naming.controlPlane, index: 0, controlPlane: true }));
  for (let index = 1; index <= nodeCount; index++)
    nodes.push(planNode(scene, { name: naming.worker(index), index, controlPlane: false }));
  return nodes;
}

function nodeNaming(scene: Scene): { controlPlane: string; worker: (index: number) => string } {
  const { random } = scene;
  if (scene.cluster.selfManaged) {
    const stem = random.pick('node-stem', ['worker', 'node', 'kube-worker']);
    return {
      controlPlane: random.pick('control-plane-name', ['master-1', 'cp-1', 'control-plane-0']),
      worker: (index) => `${stem}-${index}`,
    };
  }
  const style = random.pick('node-style', ['aws', 'gke', 'aks'] as const);
  const pool = random.hex('node-pool', 8);
  return {
    controlPlane: 'control-plane',
    worker: (index) => {
      if (style === 'aws')
        return `ip-10-0-${random.int(`node3/${index}`, 1, 60) * 4 + index}-${random.int(`node4/${index}`, 5, 250)}.eu-west-1.compute.internal`;
      if (style === 'gke') return `gke-${scene.cluster.name}-default-${pool}-${random.suffix(`node/${index}`, 4)}`;
      return `aks-nodepool1-${random.int('aks', 10_000_000, 49_999_999)}-vmss00000${index}`;
    },
  };
}

function planNode(scene: Scene, node: { name: string; index: number; controlPlane: boolean }): NodePlan {
  const { name, index, controlPlane } = node;
  const zone = `eu-west-1${'abc'[index % 3]}`;
  return {
    ...node,
    zone,
    address: `10.0.${index}.${10 + index}`,
    created: daysBefore(scene, 40 + scene.random.int('node-age', 0, 200)) + index * 7 * MINUTE,
    labels: {
      'beta.kubernetes.io/arch': 'amd64',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'topology.kubernetes.io/region': 'eu-west-1',
      'topology.kubernetes.io/zone': zone,
      ...(controlPlane ? { 'node-role.kubernetes.io/control-plane': '' } : {}),
    },
    taints: controlPlane ? [{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' }] : [],
    unschedulable: false,
    cpu: 4,
    memoryGi: 16,
    maxPods: 110,
    conditions: {},
    extra: {},
  };
}

/** A Node and the Lease its kubelet renews. */
export function renderNode(plan: Plan, node: NodePlan): KubeJson[] {
  const { scene } = plan;
  const identity = { apiVersion: 'v1', kind: 'Node', name: node.name };
  const taints = [
    ...node.taints,
    ...(node.unschedulable ? [{ effect: 'NoSchedule', key: 'node.kubernetes.io/unschedulable' }] : []),
  ];
  const owner: KubeJson = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: metadata(scene, identity, {
      created: node.created,
      changed: scene.now - 40 * SECOND,
      labels: node.labels,
      annotations: {
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    }),
    spec: {
      podCIDR: `${scene.cluster.podNetwork}.${node.index}.0/24`,
      podCIDRs: [`${scene.cluster.podNetwork}.${node.index}.0/24`],
      providerID: scene.cluster.selfManaged
        ? undefined
        : `cloud:///eu-west-1/${scene.random.hex(`instance/${node.name}`, 17)}`,
      taints: taints.length > 0 ? taints : undefined,
      unschedulable: node.unschedulable || undefined,
    },
    status: nodeStatus(scene, node),
    ...node.extra,
  };
  return [owner, leaseOf(scene, node)];
}

function nodeStatus(scene: Scene, node: NodePlan): Json {
  const { cpu, memoryGi, maxPods } = node;
  const disk = { 'ephemeral-storage': '83873772Ki', 'hugepages-2Mi': '0' };
  return {
    addresses: [
      { address: node.address, type: 'InternalIP' },
      { address: node.name, type: 'Hostname' },
    ],
    allocatable: {
      cpu: `${cpu * 1000 - 80}m`,
      ...disk,
      'ephemeral-storage': '76224326324',
      memory: `${memoryGi * 1_048_576 - 1_100_000}Ki`,
      pods: String(maxPods),
    },
    capacity: { cpu: String(cpu), ...disk, memory: `${memoryGi * 1_048_576 - 260_000}Ki`, pods: String(maxPods) },
    conditions: [...new Set([...Object.keys(GOOD), ...Object.keys(node.conditions)])].map((type) =>
      nodeCondition(scene, node, type),
    ),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: 'amd64',
      bootID: scene.random.uuid(`boot/${node.name}`),
      containerRuntimeVersion: 'containerd://1.7.27',
      kernelVersion: '6.1.141-155.222.amzn2023.x86_64',
      kubeProxyVersion: '',
      kubeletVersion: scene.cluster.version,
      machineID: scene.random.hex(`machine/${node.name}`, 32),
      operatingSystem: 'linux',
      osImage: 'Amazon Linux 2023.8.20250707',
      systemUUID: scene.random.uuid(`system/${node.name}`),
    },
  };
}

function nodeCondition(scene: Scene, node: NodePlan, type: string): Json {
  const override = node.conditions[type];
  const good = GOOD[type];
  const heartbeat = override?.heartbeat ?? scene.now - scene.random.int(`heartbeat/${node.name}`, 20, 280) * SECOND;
  const since = override?.since ?? node.created + 30 * SECOND;
  return {
    lastHeartbeatTime: stamp(override?.heartbeat ?? Math.max(heartbeat, since)),
    lastTransitionTime: stamp(since),
    message: override?.message ?? good?.message,
    reason: override?.reason ?? good?.reason,
    status: override?.status ?? good?.status,
    type,
  };
}

function leaseOf(scene: Scene, node: NodePlan): KubeJson {
  const identity = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: 'kube-node-lease',
    name: node.name,
  };
  const renewed = node.lastLease ?? scene.now - scene.random.int(`lease/${node.name}`, 1, 9) * SECOND;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...metadata(scene, identity, { created: node.created, changed: renewed }),
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: nodeUid(scene, node) }],
    },
    spec: {
      holderIdentity: node.name,
      leaseDurationSeconds: 40,
      renewTime: microStamp(renewed, scene.random, `lease/${node.name}`),
    },
  };
}

/** The uid Events and owner references give a node. */
export function nodeUid(scene: Scene, node: NodePlan): string {
  return uidOf(scene, { apiVersion: 'v1', kind: 'Node', name: node.name }, node.created);
}

/** The reference of an Event about a node; the kubelet writes the node's name as its uid. */
export function aboutNode(
  node: NodePlan,
  uid = node.name,
): { apiVersion: string; kind: string; name: string; uid: string } {
  return { apiVersion: 'v1', kind: 'Node', name: node.name, uid };
}

/** When a lost node's kubelet was last heard of, and what the node controller wrote 40 s later. */
export function loseKubelet(node: NodePlan, at: Millis): void {
  for (const type of Object.keys(GOOD)) {
    node.conditions[type] = {
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      since: at + 45 * SECOND,
      heartbeat: at - 70 * SECOND,
    };
  }
  node.lastLease = at;
  const timeAdded = stamp(at + 45 * SECOND);
  node.taints.push(
    { effect: 'NoSchedule', key: 'node.kubernetes.io/unreachable', timeAdded },
    { effect: 'NoExecute', key: 'node.kubernetes.io/unreachable', timeAdded: stamp(at + 50 * SECOND) },
  );
}
