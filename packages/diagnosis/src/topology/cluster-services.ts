import { citeField } from '../evidence/cite.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Components } from './components.ts';
import type { Graph } from './graph.ts';
import type { PodIndex } from './pod-index.ts';
import type { TemplateIndex, TemplateView } from './templates.ts';
import type { Edge } from './topology.ts';

export type ClusterRole =
  | 'dns'
  | 'node-dns'
  | 'api-server'
  | 'etcd'
  | 'scheduler'
  | 'controller-manager'
  | 'pod-network'
  | 'service-proxy';

/** A component that every workload relies on. */
export interface ClusterService {
  readonly role: ClusterRole;
  readonly subject: Subject;
  readonly template: TemplateView;
}

export interface ClusterServices {
  /** In the order of their templates. */
  readonly all: readonly ClusterService[];
  ofRole(role: ClusterRole): readonly ClusterService[];
  /** What a workload relies on, as edges made on the fly: storing them would cost workloads times services. */
  edgesFrom(subject: Subject): readonly Edge[];
  /** Whether a subject's failure takes a cluster service with it, and so everybody. */
  carries(subject: Subject, graph: Graph): boolean;
}

const STATIC_ROLES: Readonly<Record<string, ClusterRole>> = {
  'kube-apiserver': 'api-server',
  etcd: 'etcd',
  'kube-scheduler': 'scheduler',
  'kube-controller-manager': 'controller-manager',
  'kube-proxy': 'service-proxy',
};

/** Finds cluster DNS, the control plane and the Pod network by what they are, not by where they stand. */
export function indexClusterServices(
  snapshot: Snapshot,
  { components, templates, pods }: { components: Components; templates: TemplateIndex; pods: PodIndex },
): ClusterServices {
  const all = templates.list().flatMap((template): ClusterService[] => {
    const role = roleOf(template);
    return role ? [{ role, subject: template.component, template }] : [];
  });
  const carriers = new Set(all.map(({ subject }) => subjectKey(subject)));
  return {
    all,
    ofRole: (role) => all.filter((service) => service.role === role),
    edgesFrom: (subject) =>
      all.flatMap(({ subject: to, template }): Edge[] => {
        const from = components.of(subject);
        if (from === to) return [];
        return [{ from, to, relation: 'relies-on', cite: () => [citeField(template.object, 'metadata.labels')] }];
      }),
    carries: (subject, graph) => {
      if (carriers.has(subjectKey(subject))) return true;
      return graph.dependents(subject).some(({ from, relation }) => {
        if (!carriers.has(subjectKey(from))) return false;
        if (relation === 'runs-on') return pods.ofComponent(from).every((pod) => pod.spec?.nodeName === subject.name);
        return relation === 'reads' || relation === 'mounts' || relation === 'uses-account' || relation === 'selects';
      });
    },
  };
}

function roleOf({ labels, spec, namespace, object }: TemplateView): ClusterRole | null {
  const names = [labels['k8s-app'], labels['app.kubernetes.io/name'], labels['component'], labels['app']];
  for (const name of names) {
    const role = name === undefined ? undefined : STATIC_ROLES[name];
    // Anybody may run an etcd of their own; the cluster's one stands in the system namespace.
    if (role && namespace === 'kube-system') return role;
  }
  if (names.includes('node-local-dns')) return 'node-dns';
  if (names.includes('kube-dns') || (names.includes('coredns') && namespace === 'kube-system')) return 'dns';
  // Only what installs Pod networking mounts the kubelet's CNI directory on every Node.
  const mountsCni = (spec.volumes ?? []).some(({ hostPath }) => hostPath?.path?.startsWith('/etc/cni/'));
  return mountsCni && object.kind === 'DaemonSet' && spec.hostNetwork ? 'pod-network' : null;
}
