import type { Subject } from '@headwater/core/subject.ts';
import type { Labels, NamedBy } from './families/family.ts';
import type { Names } from './names.ts';

/** What a series is about: one subject, or a Pod together with its workload, or a caller and its callee. */
export interface Place {
  readonly subject: Subject;
  /** The Pod, when the series is of one Pod; `subject` is then its workload. */
  readonly pod?: Subject;
  /** The callee of an edge. */
  readonly peer?: Subject;
}

/** The first non-empty label of several. */
function pick(labels: Labels, ...keys: readonly string[]): string | undefined {
  for (const key of keys) if (labels[key]) return labels[key];
  return undefined;
}

// `exported_` stands first: it is what the target said of itself, the bare name what the scrape added.
function namespaceOf(labels: Labels): string | undefined {
  return pick(
    labels,
    'exported_namespace',
    'k8s_namespace_name',
    'namespace',
    'kubernetes_namespace',
    'service_namespace',
  );
}

/** The subject that the labels of a series name; null when they name nothing. */
export function placeOf(labels: Labels, by: NamedBy, names: Names): Place | null {
  switch (by) {
    case 'pod':
      return byPod(labels, names) ?? byService(labels, names);
    case 'service':
      return (
        byIstio(labels, names) ?? byTelemetryName(labels, names) ?? byPod(labels, names) ?? byService(labels, names)
      );
    case 'node':
      return byNode(labels, names);
    case 'volume':
      return byVolume(labels);
    case 'queue':
      return byQueue(labels, names);
    case 'hpa':
      return byAutoscaler(labels);
    case 'edge':
      return byEdge(labels, names);
    default:
      return null;
  }
}

function byPod(labels: Labels, names: Names): Place | null {
  const namespace = namespaceOf(labels) ?? '';
  const pod = pick(labels, 'exported_pod', 'k8s_pod_name', 'pod', 'pod_name', 'kubernetes_pod_name');
  if (pod) {
    const { pod: subject, root } = names.pod(namespace, pod);
    return { subject: root, pod: subject };
  }
  const kinds = {
    Deployment: ['deployment', 'k8s_deployment_name'],
    StatefulSet: ['statefulset', 'k8s_statefulset_name'],
    DaemonSet: ['daemonset', 'k8s_daemonset_name'],
  };
  for (const [kind, keys] of Object.entries(kinds)) {
    const name = pick(labels, ...keys);
    if (name) return { subject: names.workload(namespace, name, kind) };
  }
  const workload = labels['workload'];
  return workload ? { subject: names.workload(namespace, workload, kindNamed(labels['workload_type'])) } : null;
}

function kindNamed(type: string | undefined): string | undefined {
  return { deployment: 'Deployment', statefulset: 'StatefulSet', daemonset: 'DaemonSet' }[(type ?? '').toLowerCase()];
}

function byIstio(labels: Labels, names: Names): Place | null {
  const workload = labels['destination_workload'];
  const namespace = labels['destination_workload_namespace'];
  if (!workload || !namespace || workload === 'unknown') return null;
  return { subject: names.workload(namespace, workload) };
}

/** Names an instrumented program gives itself; the Pod label of such a series may be the collector's. */
function byTelemetryName(labels: Labels, names: Names): Place | null {
  const namespace = pick(labels, 'k8s_namespace_name', 'service_namespace', 'exported_namespace', 'namespace');
  const deployment = labels['k8s_deployment_name'];
  if (deployment && namespace) return { subject: names.workload(namespace, deployment) };
  const name = pick(labels, 'service_name', 'exported_service', 'exported_job');
  if (name) return { subject: names.service(name.split('/').at(-1) ?? name, namespace) };
  const service = labels['service'];
  const found = service && !labels['pod'] ? names.service(service, namespace) : null;
  return found ? { subject: found } : null;
}

function byService(labels: Labels, names: Names): Place | null {
  const name = pick(labels, 'service_name', 'service', 'app', 'job');
  if (name) return { subject: names.service(name.split('/').at(-1) ?? name, namespaceOf(labels)) };
  const at = labels['instance'] ? names.podAt(labels['instance']) : null;
  return at ? { subject: at.root, pod: at.pod } : null;
}

function byNode(labels: Labels, names: Names): Place | null {
  const text = pick(
    labels,
    'node',
    'nodename',
    'kubernetes_node',
    'k8s_node_name',
    'exported_node',
    'instance',
    'kubernetes_io_hostname',
  );
  if (!text) return null;
  return { subject: names.node(text) ?? { kind: 'Node', name: text.replace(/:\d+$/, '') } };
}

function byVolume(labels: Labels): Place | null {
  const name = labels['persistentvolumeclaim'];
  const namespace = namespaceOf(labels);
  return name && namespace ? { subject: { kind: 'PersistentVolumeClaim', namespace, name } } : null;
}

/** A queue's lag is its consumer's: the workload named like the consumer group or queue, else the group itself. */
function byQueue(labels: Labels, names: Names): Place | null {
  const group = pick(
    labels,
    'consumergroup',
    'consumer_group',
    'group',
    'consumer_name',
    'subscription',
    'client_id',
    'queue',
    'topic',
  );
  if (!group) return null;
  const namespace = namespaceOf(labels);
  return {
    subject: names.knownService(group, namespace) ?? {
      kind: 'ConsumerGroup',
      name: group,
      ...(namespace ? { namespace } : {}),
    },
  };
}

function byAutoscaler(labels: Labels): Place | null {
  const name = pick(labels, 'horizontalpodautoscaler', 'hpa');
  const namespace = namespaceOf(labels);
  return name && namespace ? { subject: { kind: 'HorizontalPodAutoscaler', namespace, name } } : null;
}

function byEdge(labels: Labels, names: Names): Place | null {
  const from = pick(labels, 'source_workload', 'client', 'source_canonical_service', 'source_app');
  const to = pick(
    labels,
    'destination_workload',
    'server',
    'destination_canonical_service',
    'destination_service_name',
  );
  if (!from || !to) return byClient(labels, names);
  if (from === 'unknown' || to === 'unknown') return null;
  const fromNamespace = pick(
    labels,
    'source_workload_namespace',
    'client_k8s_namespace_name',
    'client_service_namespace',
    'namespace',
  );
  const toNamespace = pick(
    labels,
    'destination_workload_namespace',
    'server_k8s_namespace_name',
    'server_service_namespace',
    'namespace',
  );
  return { subject: names.service(from, fromNamespace), peer: names.service(to, toNamespace) };
}

/** A caller that measures its own calls names the host it calls; hosts outside the cluster are no part of the graph. */
function byClient(labels: Labels, names: Names): Place | null {
  const host = pick(labels, 'server_address', 'net_peer_name', 'http_host', 'client_name');
  const caller = host ? (byTelemetryName(labels, names) ?? byPod(labels, names)) : null;
  const peer = host && caller ? names.knownService(host, caller.subject.namespace) : null;
  return caller && peer ? { subject: caller.subject, peer } : null;
}
