import { isKnownKind } from '@headwater/contracts/kube/kinds.ts';
import { once } from '../../snapshot/once.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Components } from '../components.ts';
import type { EdgeDraft, EdgeSource } from '../graph.ts';
import type { PodIndex } from '../pod-index.ts';
import type { TemplateIndex } from '../templates.ts';
import { addAdmissionEdges } from './admission.ts';
import { addCallEdges } from './calls.ts';
import { addChaosEdges } from './chaos.ts';
import { addConfiguredCalls } from './calls-configured.ts';
import { addConfigEdges } from './config.ts';
import { addMeshEdges } from './mesh.ts';
import { addOwnerEdges } from './owners.ts';
import { addPlacementEdges } from './placement.ts';
import { addPolicyEdges } from './policy.ts';
import { addRouteEdges } from './routes.ts';
import { addScalingEdges } from './scaling.ts';
import { addForeignBacking, addServiceEdges } from './services.ts';
import { addStorageEdges } from './storage.ts';

/** What a family of relations reads and where it puts its edges. */
export interface EdgeContext {
  readonly snapshot: Snapshot;
  readonly components: Components;
  readonly pods: PodIndex;
  readonly templates: TemplateIndex;
  readonly add: (draft: EdgeDraft) => void;
}

// Relations that begin in a namespace and end in it or in an object of no namespace; under the empty name, those that begin in
// an object of no namespace.
const OF_NAMESPACE: readonly ((context: EdgeContext, namespace: string) => void)[] = [
  addServiceEdges,
  addPlacementEdges,
  addConfigEdges,
  addStorageEdges,
  addScalingEdges,
  addPolicyEdges,
  addAdmissionEdges,
  addOwnerEdges,
  addConfiguredCalls,
];

// Relations between namespaces, and those that few objects and telemetry show.
const OF_CLUSTER: readonly ((context: EdgeContext) => void)[] = [
  addForeignBacking,
  addRouteEdges,
  addMeshEdges,
  addChaosEdges,
  addCallEdges,
];

/**
 * Adds the relations the objects, logs, metrics and traces of a snapshot show when they are first asked for. Most stay inside
 * one namespace, so that an incident costs what the namespaces around it cost, and not the cluster.
 */
export function edgesOnDemand(context: EdgeContext): EdgeSource {
  const { objects } = context.snapshot;
  const made = new Set<string>();
  const makeIn = (namespace: string): void => {
    if (made.has(namespace)) return;
    made.add(namespace);
    for (const family of OF_NAMESPACE) family(context, namespace);
  };
  const makeCluster = once(() => {
    for (const family of OF_CLUSTER) family(context);
    makeIn('');
  });
  const makeAll = once(() => {
    for (const namespace of objects.namespaces()) makeIn(namespace);
  });
  const namespacesOn = once(() => namespacesByNode(context.pods));
  return {
    beforeOutgoing: (vertex) => {
      makeCluster();
      if (vertex.namespace) makeIn(vertex.namespace);
      // Of objects without a namespace only an operator's own resource can stand for workloads of one.
      else if (!isKnownKind(vertex.kind) && objects.find(vertex)) makeAll();
    },
    beforeIncoming: (vertex) => {
      makeCluster();
      if (vertex.namespace) makeIn(vertex.namespace);
      else if (vertex.kind === 'Namespace') makeIn(vertex.name);
      else if (vertex.kind === 'Node') for (const namespace of namespacesOn().get(vertex.name) ?? []) makeIn(namespace);
      else makeAll();
    },
  };
}

function namespacesByNode(pods: PodIndex): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { spec, metadata } of pods.list()) {
    if (!spec?.nodeName) continue;
    const namespaces = found.get(spec.nodeName) ?? new Set<string>();
    found.set(spec.nodeName, namespaces.add(metadata.namespace ?? ''));
  }
  return found;
}
