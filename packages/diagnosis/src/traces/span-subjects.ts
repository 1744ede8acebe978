import type { Subject } from '@headwater/core/subject.ts';
import { namesOf } from '../metrics/names.ts';
import type { Span } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const RESOURCE_KINDS = [
  ['k8s.deployment.name', 'Deployment'],
  ['k8s.statefulset.name', 'StatefulSet'],
  ['k8s.daemonset.name', 'DaemonSet'],
] as const;

/** The workload a span ran in: by Kubernetes attributes, else by service name. */
export function spanSubject(snapshot: Snapshot, span: Span): Subject {
  const names = namesOf(snapshot);
  const namespace = namespaceOf(span);
  const pod = span.resource['k8s.pod.name'];
  if (namespace && pod && snapshot.objects.get('Pod', namespace, pod)) return names.pod(namespace, pod).root;
  for (const [attribute, kind] of RESOURCE_KINDS) {
    const name = span.resource[attribute];
    if (name && namespace) return names.workload(namespace, name, kind);
  }
  return names.service(span.service, namespace);
}

const PEER_ATTRIBUTES = [
  'peer.service',
  'server.address',
  'net.peer.name',
  'network.peer.address',
  'net.peer.ip',
  'http.host',
  'upstream_cluster',
] as const;

/** Whom a client span called when the callee left no span: a subject of the cluster, else the name it used. */
export function calledPeer(
  snapshot: Snapshot,
  span: Span,
): { readonly subject: Subject | null; readonly name: string } | null {
  const name =
    PEER_ATTRIBUTES.map((key) => span.attributes[key]).find(Boolean) ??
    hostOf(span.attributes['url.full'] ?? span.attributes['http.url']);
  if (!name) return null;
  const names = namesOf(snapshot);
  return { name, subject: names.podAt(name)?.root ?? names.knownService(name, namespaceOf(span)) };
}

function hostOf(url: string | undefined): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?([^/:?#]+)/i.exec(url ?? '')?.[1];
}

function namespaceOf({ resource }: Span): string | undefined {
  return resource['k8s.namespace.name'] ?? resource['service.namespace'];
}
