import type { Neighbour } from '@headwater/core/grouping/choose-incident.ts';
import { matchesLabels } from '@headwater/core/kube/selector.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '@headwater/diagnosis/snapshot/objects.ts';
import type { HeldObjects } from '../ports/cluster.ts';
import type { Topology } from '../ports/topology.ts';
import { rootOf, rootOwner } from './root-owner.ts';
import { claimsOf, isWorkload, type Workload, WORKLOAD_KINDS, type WorkloadKind, workloadOf } from './workload.ts';

/** A Node may carry hundreds of workloads; beyond this being on one Node relates nothing. */
const MAX_NEIGHBOURS = 60;

/** What correlation asks of a cluster, answered by look-ups in what informers hold; nothing is built beforehand. */
export function heldTopology(held: HeldObjects): Topology {
  return {
    rootOwner: (subject) => rootOwner(held, subject),
    neighbours: (root) => {
      const found = new Map(around(held, root).map((neighbour) => [subjectKey(neighbour.subject), neighbour]));
      found.delete(subjectKey(root));
      return [...found.values()].slice(0, MAX_NEIGHBOURS);
    },
  };
}

function around(held: HeldObjects, root: Subject): Neighbour[] {
  if (isWorkload(root.kind)) return aroundWorkload(held, root);
  if (root.kind === 'Node') return onNode(held, root.name);
  const { namespace } = root;
  if (!namespace) return [];
  if (root.kind === 'Service') return aroundService(held, namespace, root.name);
  if (root.kind === 'Ingress') return behindIngress(held, namespace, root.name);
  if (root.kind === 'PersistentVolumeClaim') return claimants(held, namespace, root.name);
  if (root.kind === 'HorizontalPodAutoscaler') return scaled(held, namespace, root.name);
  return [];
}

function aroundWorkload(held: HeldObjects, root: Subject): Neighbour[] {
  const namespace = root.namespace ?? '';
  const workload = workloadOf(held, root);
  if (!workload) return [];
  const services = held
    .inNamespace('Service', namespace)
    .filter(({ spec }) => selects(spec?.selector, workload.labels))
    .map((service) => neighbour('is selected by', subjectOf(service)));
  const scalers = held
    .inNamespace('HorizontalPodAutoscaler', namespace)
    .filter(({ spec }) => spec?.scaleTargetRef?.kind === root.kind && spec.scaleTargetRef.name === root.name)
    .map((scaler) => neighbour('is scaled by', subjectOf(scaler)));
  const claims = claimsOf(held, workload).map((name) =>
    neighbour('mounts', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name }),
  );
  return [...services, ...scalers, ...claims, ...nodesOf(held, workload)];
}

function nodesOf(held: HeldObjects, { subject, labels }: Workload): Neighbour[] {
  const pods = held.inNamespace('Pod', subject.namespace ?? '');
  const names = pods.flatMap((pod) => {
    const own = matchesLabels(pod.metadata.labels ?? {}, labels);
    return own && pod.spec?.nodeName ? [pod.spec.nodeName] : [];
  });
  return [...new Set(names)].map((name) => neighbour('has Pods on', { apiVersion: 'v1', kind: 'Node', name }));
}

function onNode(held: HeldObjects, node: string): Neighbour[] {
  const pods = held.every('Pod').filter(({ spec }) => spec?.nodeName === node);
  return pods.map((pod) => neighbour('carries Pods of', rootOf(held, pod)));
}

function aroundService(held: HeldObjects, namespace: string, name: string): Neighbour[] {
  const service = held.get('Service', namespace, name);
  if (!service) return [];
  const workloads = workloadsIn(held, namespace).filter(({ labels }) => selects(service.spec?.selector, labels));
  const ingresses = held.inNamespace('Ingress', namespace).filter((ingress) => backendsOf(ingress).includes(name));
  return [
    ...workloads.map(({ subject }) => neighbour('selects', subject)),
    ...ingresses.map((ingress) => neighbour('is behind', subjectOf(ingress))),
  ];
}

function behindIngress(held: HeldObjects, namespace: string, name: string): Neighbour[] {
  const ingress = held.get('Ingress', namespace, name);
  if (!ingress) return [];
  return [...new Set(backendsOf(ingress))].map((service) =>
    neighbour('routes to', { apiVersion: 'v1', kind: 'Service', namespace, name: service }),
  );
}

function claimants(held: HeldObjects, namespace: string, claim: string): Neighbour[] {
  return workloadsIn(held, namespace)
    .filter((workload) => claimsOf(held, workload).includes(claim))
    .map(({ subject }) => neighbour('is mounted by', subject));
}

function scaled(held: HeldObjects, namespace: string, name: string): Neighbour[] {
  const target = held.get('HorizontalPodAutoscaler', namespace, name)?.spec?.scaleTargetRef;
  return target?.kind && target.name ? [neighbour('scales', { kind: target.kind, namespace, name: target.name })] : [];
}

function workloadsIn(held: HeldObjects, namespace: string): Workload[] {
  const kinds = WORKLOAD_KINDS.filter((kind) => kind !== 'Pod' && kind !== 'ReplicaSet');
  const made = kinds.flatMap((kind) => ofKind(held, kind, namespace));
  // A Pod or ReplicaSet stands for itself only when nothing made it.
  const bare = (['ReplicaSet', 'Pod'] as const).flatMap((kind) => ofKind(held, kind, namespace));
  return [...made, ...bare];
}

function ofKind(held: HeldObjects, kind: WorkloadKind, namespace: string): Workload[] {
  return held
    .inNamespace(kind, namespace)
    .filter(({ metadata }) => (metadata.ownerReferences ?? []).length === 0)
    .flatMap((object) => workloadOf(held, subjectOf(object)) ?? []);
}

interface Backends {
  readonly spec?:
    | {
        readonly defaultBackend?: Backend;
        readonly rules?:
          | readonly { readonly http?: { readonly paths?: readonly { readonly backend?: Backend }[] | null } | null }[]
          | null;
      }
    | null
    | undefined;
}

type Backend = { readonly service?: { readonly name?: string | null } | null } | null | undefined;

function backendsOf({ spec }: Backends): string[] {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  return [spec?.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap((one) => one?.service?.name ?? []);
}

// A Service without selector selects nothing; its endpoints are somebody else's.
function selects(selector: Readonly<Record<string, string>> | null | undefined, labels: Workload['labels']): boolean {
  return selector != null && Object.keys(selector).length > 0 && matchesLabels(labels, selector);
}

function neighbour(relation: string, subject: Subject): Neighbour {
  return { subject, relation: `${relation} ${formatSubject(subject)}` };
}
