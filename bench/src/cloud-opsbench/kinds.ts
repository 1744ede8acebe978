import type { KnownKind, KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec, PodTemplate, Volume } from '@headwater/contracts/kube/pod.ts';
import { describedTime } from './clock.ts';
import { compact, numberOf, parseContainers, parseStatuses } from './containers.ts';
import { childOf, type Entry, mapOf, pairsOf, tableOf, valueOf } from './describe.ts';
import { parseNode } from './nodes.ts';

/** Makes objects of one kind from their described form. */
interface Reader<K extends KnownKind> {
  readonly kind: K;
  readonly apiVersion: string;
  readonly namespaced: boolean;
  /** What a described object holds beside its identity. */
  readonly parse: (root: Entry) => Partial<ObjectOf<K>>;
}

/** A reader of any kind. */
export type KindReader = { [K in KnownKind]: Reader<K> }[KnownKind];

/** Readers by the plural name kubectl commands use. */
export const PARSERS: Readonly<Record<string, KindReader>> = {
  pods: { kind: 'Pod', apiVersion: 'v1', namespaced: true, parse: parsePod },
  deployments: { kind: 'Deployment', apiVersion: 'apps/v1', namespaced: true, parse: parseWorkload },
  replicasets: { kind: 'ReplicaSet', apiVersion: 'apps/v1', namespaced: true, parse: parseReplicaSet },
  statefulsets: { kind: 'StatefulSet', apiVersion: 'apps/v1', namespaced: true, parse: parseReplicaSet },
  daemonsets: { kind: 'DaemonSet', apiVersion: 'apps/v1', namespaced: true, parse: parseWorkload },
  jobs: { kind: 'Job', apiVersion: 'batch/v1', namespaced: true, parse: bare },
  services: { kind: 'Service', apiVersion: 'v1', namespaced: true, parse: parseService },
  endpoints: { kind: 'Endpoints', apiVersion: 'v1', namespaced: true, parse: parseEndpoints },
  configmaps: { kind: 'ConfigMap', apiVersion: 'v1', namespaced: true, parse: bare },
  secrets: { kind: 'Secret', apiVersion: 'v1', namespaced: true, parse: bare },
  serviceaccounts: { kind: 'ServiceAccount', apiVersion: 'v1', namespaced: true, parse: bare },
  resourcequotas: { kind: 'ResourceQuota', apiVersion: 'v1', namespaced: true, parse: bare },
  resourcequota: { kind: 'ResourceQuota', apiVersion: 'v1', namespaced: true, parse: bare },
  limitranges: { kind: 'LimitRange', apiVersion: 'v1', namespaced: true, parse: bare },
  networkpolicies: { kind: 'NetworkPolicy', apiVersion: 'networking.k8s.io/v1', namespaced: true, parse: bare },
  ingresses: { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', namespaced: true, parse: bare },
  rolebindings: { kind: 'RoleBinding', apiVersion: 'rbac.authorization.k8s.io/v1', namespaced: true, parse: bare },
  persistentvolumeclaims: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespaced: true, parse: parseClaim },
  persistentvolumes: { kind: 'PersistentVolume', apiVersion: 'v1', namespaced: false, parse: parseVolume },
  storageclasses: {
    kind: 'StorageClass',
    apiVersion: 'storage.k8s.io/v1',
    namespaced: false,
    parse: parseStorageClass,
  },
  nodes: { kind: 'Node', apiVersion: 'v1', namespaced: false, parse: parseNode },
  namespaces: { kind: 'Namespace', apiVersion: 'v1', namespaced: false, parse: bare },
};

/** Metadata every described object shows. */
export function parseMetadata(
  root: Entry,
  { name, namespace }: { name: string; namespace?: string },
): KubeObject['metadata'] {
  const controller = /^(\w+)\/(\S+)$/.exec(valueOf(root, 'Controlled By') ?? '');
  const created = valueOf(root, 'CreationTimestamp');
  return compact({
    name,
    namespace,
    labels: pairsOf(root, 'Labels'),
    annotations: mapOf(root, 'Annotations'),
    creationTimestamp: describedTime(created ?? valueOf(root, 'Start Time')),
    ownerReferences: controller ? [{ kind: controller[1], name: controller[2], controller: true }] : undefined,
    deletionTimestamp: valueOf(root, 'Status')?.startsWith('Terminating') ? describedTime(created) : undefined,
  });
}

function bare(): Record<string, never> {
  return {};
}

function parsePod(root: Entry): Partial<ObjectOf<'Pod'>> {
  const node = valueOf(root, 'Node');
  const phase = valueOf(root, 'Status') ?? 'Unknown';
  const conditions = tableOf(root, 'Conditions');
  return {
    spec: compact({
      ...parsePodSpec(root),
      nodeName: node?.split('/')[0],
      priority: numberOf(valueOf(root, 'Priority') ?? '0'),
      priorityClassName: valueOf(root, 'Priority Class Name'),
    }),
    status: compact({
      phase: phase.startsWith('Terminating') ? 'Running' : phase,
      reason: valueOf(root, 'Reason'),
      message: valueOf(root, 'Message'),
      podIP: valueOf(root, 'IP'),
      hostIP: node?.split('/')[1],
      startTime: describedTime(valueOf(root, 'Start Time')),
      qosClass: valueOf(root, 'QoS Class'),
      conditions: conditions.map(([type, status]) => ({ type, status: status?.trim() })),
      containerStatuses: parseStatuses(childOf(root, 'Containers')),
      initContainerStatuses: parseStatuses(childOf(root, 'Init Containers')),
    }),
  };
}

function parsePodSpec(root: Entry): PodSpec {
  const init = parseContainers(childOf(root, 'Init Containers'));
  return compact({
    serviceAccountName: valueOf(root, 'Service Account'),
    containers: parseContainers(childOf(root, 'Containers')),
    initContainers: init.length > 0 ? init : undefined,
    volumes: (childOf(root, 'Volumes')?.children ?? []).map(parseVolumeSource),
    nodeSelector: orUndefined(pairsOf(root, 'Node-Selectors')),
    tolerations: [childOf(root, 'Tolerations')?.value ?? '', ...(childOf(root, 'Tolerations')?.more ?? [])].flatMap(
      parseToleration,
    ),
  });
}

function orUndefined(pairs: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(pairs).length > 0 ? pairs : undefined;
}

function parseVolumeSource(volume: Entry): Volume {
  const type = valueOf(volume, 'Type') ?? '';
  const optional = valueOf(volume, 'Optional') === 'true';
  if (type.startsWith('ConfigMap')) return { name: volume.key, configMap: { name: valueOf(volume, 'Name'), optional } };
  if (type.startsWith('Secret'))
    return { name: volume.key, secret: { secretName: valueOf(volume, 'SecretName'), optional } };
  if (type.startsWith('PersistentVolumeClaim'))
    return { name: volume.key, persistentVolumeClaim: { claimName: valueOf(volume, 'ClaimName') } };
  if (type.startsWith('EmptyDir')) return { name: volume.key, emptyDir: {} };
  if (type.startsWith('HostPath')) return { name: volume.key, hostPath: { path: valueOf(volume, 'Path') } };
  return { name: volume.key };
}

function parseToleration(text: string): NonNullable<PodSpec['tolerations']> {
  if (text.trim() === '') return [];
  const match = /^([^\s:=]*)(?:=([^\s:]*))?(?::(\w+))?( op=Exists)?(?: for (\d+)s)?/.exec(text.trim());
  if (!match) return [];
  const [, key, value, effect, exists, seconds] = match;
  return [
    compact({
      key: key || undefined,
      value,
      effect,
      operator: exists ? 'Exists' : value === undefined ? 'Exists' : 'Equal',
      tolerationSeconds: seconds ? Number(seconds) : undefined,
    }),
  ];
}

function parseTemplate(root: Entry): PodTemplate {
  const template = childOf(root, 'Pod Template');
  return {
    metadata: { labels: pairsOf(template, 'Labels'), annotations: mapOf(template, 'Annotations') },
    spec: template ? parsePodSpec(template) : {},
  };
}

function parseWorkload(root: Entry): Partial<ObjectOf<'Deployment'>> {
  const counts = valueOf(root, 'Replicas') ?? '';
  const count = (pattern: RegExp): number => Number(pattern.exec(counts)?.[1] ?? 0);
  const available = count(/(\d+) available/);
  const selector = pairsOf(root, 'Selector');
  const conditions = tableOf(root, 'Conditions').map(([type, status, reason]) => ({
    type,
    status,
    reason,
  }));
  return {
    spec: {
      replicas: count(/(\d+) desired/),
      selector: { matchLabels: selector },
      template: parseTemplate(root),
      strategy: { type: valueOf(root, 'StrategyType') },
    },
    status: {
      replicas: count(/(\d+) total/),
      readyReplicas: available,
      availableReplicas: available,
      unavailableReplicas: count(/(\d+) unavailable/),
      updatedReplicas: count(/(\d+) updated/),
      conditions,
    },
  };
}

function parseReplicaSet(root: Entry): Partial<ObjectOf<'ReplicaSet'>> {
  const match = /(\d+) current \/ (\d+) desired|(\d+) desired \| (\d+) total/.exec(valueOf(root, 'Replicas') ?? '');
  const desired = Number(match?.[2] ?? match?.[3] ?? 0);
  const running = /(\d+) Running/.exec(valueOf(root, 'Pods Status') ?? '')?.[1];
  const conditions = tableOf(root, 'Conditions').map(([type, status, reason]) => ({
    type,
    status,
    reason,
  }));
  return {
    spec: { replicas: desired, selector: { matchLabels: pairsOf(root, 'Selector') }, template: parseTemplate(root) },
    status: compact({
      replicas: Number(match?.[1] ?? match?.[4] ?? 0),
      // Describe tells who runs, not who is Ready; the Pods correct it where they are known.
      readyReplicas: running === undefined ? undefined : Number(running),
      conditions,
    }),
  };
}

type ServicePorts = NonNullable<NonNullable<ObjectOf<'Service'>['spec']>['ports']>;

function parseService(root: Entry): Partial<ObjectOf<'Service'>> {
  const ports: ServicePorts = [];
  for (const { key, value } of root.children) {
    if (!key.endsWith('Port')) continue;
    const port = /^(?:(\S+)\s+)?(\d+)\/(\w+)$/.exec(value);
    const last = ports.at(-1);
    if (key === 'Port' && port) ports.push(compact({ name: port[1], port: Number(port[2]), protocol: port[3] }));
    else if (key === 'TargetPort' && last) last.targetPort = targetPort(value);
    else if (key === 'NodePort' && last && port) last.nodePort = Number(port[2]);
  }
  const ip = valueOf(root, 'IP');
  return {
    spec: compact({
      type: valueOf(root, 'Type'),
      selector: pairsOf(root, 'Selector'),
      clusterIP: ip,
      internalTrafficPolicy: valueOf(root, 'Internal Traffic Policy'),
      externalTrafficPolicy: valueOf(root, 'External Traffic Policy'),
      ports,
    }),
  };
}

function targetPort(text: string): number | string {
  const name = text.split('/')[0] ?? '';
  return /^\d+$/.test(name) ? Number(name) : name;
}

function parseEndpoints(root: Entry): Partial<ObjectOf<'Endpoints'>> {
  const block = childOf(root, 'Subsets');
  if (!block) return { subsets: [] };
  const addresses = (key: string): { ip: string }[] =>
    (valueOf(block, key) ?? '')
      .split(',')
      .filter(Boolean)
      .map((ip) => ({ ip }));
  const ports = tableOf(block, 'Ports').map(([name, port, protocol]) =>
    compact({ name: name === '<unset>' ? undefined : name, port: numberOf(port), protocol }),
  );
  const ready = addresses('Addresses');
  const unready = addresses('NotReadyAddresses');
  return ready.length + unready.length === 0
    ? { subsets: [] }
    : { subsets: [{ addresses: ready, notReadyAddresses: unready, ports }] };
}

const MODES: Readonly<Record<string, string>> = {
  RWO: 'ReadWriteOnce',
  RWX: 'ReadWriteMany',
  ROX: 'ReadOnlyMany',
  RWOP: 'ReadWriteOncePod',
};

function modes(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .filter(Boolean)
    .map((mode) => MODES[mode] ?? mode);
}

function parseClaim(root: Entry): Partial<ObjectOf<'PersistentVolumeClaim'>> {
  const storage = valueOf(root, 'Capacity');
  return {
    spec: compact({
      storageClassName: valueOf(root, 'StorageClass') ?? '',
      volumeName: valueOf(root, 'Volume'),
      volumeMode: valueOf(root, 'VolumeMode'),
    }),
    status: compact({
      phase: valueOf(root, 'Status'),
      capacity: storage ? { storage } : undefined,
      accessModes: modes(valueOf(root, 'Access Modes')),
    }),
  };
}

function parseVolume(root: Entry): Partial<ObjectOf<'PersistentVolume'>> {
  const claim = /^(\S+)\/(\S+)$/.exec(valueOf(root, 'Claim') ?? '');
  return {
    spec: compact({
      capacity: { storage: valueOf(root, 'Capacity') ?? '0' },
      accessModes: modes(valueOf(root, 'Access Modes')),
      storageClassName: valueOf(root, 'StorageClass') ?? '',
      volumeMode: valueOf(root, 'VolumeMode'),
      persistentVolumeReclaimPolicy: valueOf(root, 'Reclaim Policy'),
      claimRef: claim ? { kind: 'PersistentVolumeClaim', namespace: claim[1], name: claim[2] } : undefined,
    }),
    status: compact({ phase: valueOf(root, 'Status')?.split(' ')[0], message: valueOf(root, 'Message') }),
  };
}

function parseStorageClass(root: Entry): Partial<ObjectOf<'StorageClass'>> {
  return compact({
    provisioner: valueOf(root, 'Provisioner'),
    reclaimPolicy: valueOf(root, 'ReclaimPolicy'),
    volumeBindingMode: valueOf(root, 'VolumeBindingMode'),
  });
}
