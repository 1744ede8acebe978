import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { indexClusterServices, type ClusterServices } from './cluster-services.ts';
import { indexComponents } from './components.ts';
import { edgesOnDemand } from './edges/all.ts';
import { createGraph } from './graph.ts';
import { indexPods, type PodIndex } from './pod-index.ts';
import { indexTemplates, type TemplateIndex } from './templates.ts';
import { createTraversal } from './traversal.ts';

/** Why one object needs another. An edge always points from the dependent to what it depends on. */
export type Relation =
  | 'owned-by'
  | 'selects'
  | 'routes-to'
  | 'calls'
  // A consumer and who sends it messages through a broker: errors do not come back to the sender.
  | 'fed-by'
  | 'runs-on'
  | 'mounts'
  | 'reads'
  | 'uses-account'
  | 'bound-to'
  | 'provisioned-by'
  | 'scaled-by'
  | 'restricted-by'
  | 'limited-by'
  | 'admitted-by'
  | 'backed-by'
  | 'disrupted-by'
  // Every workload relies on cluster DNS, the control plane and the Pod network; never stored, only followed when asked.
  | 'relies-on';

export interface Edge {
  readonly from: Subject;
  readonly to: Subject;
  readonly relation: Relation;
  /** The part of the dependent that needs it, 0 to 1 (Pods on a Node; 0.5 for an optional reference); absent means all of it. */
  readonly share?: number | undefined;
  /** What shows the edge; read when a path is reported, so building the graph stays cheap. */
  readonly cite: () => readonly Evidence[];
}

/**
 * The dependency graph of a cluster at component level: a Pod, ReplicaSet or Job stands under the root of its owner chain.
 * Every method takes any object and looks at its component.
 */
export interface Topology {
  /** The vertex an object belongs to: the root of a Pod's owner chain, any other object itself. */
  component(subject: Subject): Subject;
  /** What a subject directly needs. */
  dependencies(subject: Subject): readonly Edge[];
  /** What directly needs a subject. */
  dependents(subject: Subject): readonly Edge[];
  /** Shortest path of edges from a dependent to something it needs; null when there is none within `maxHops` (6). */
  path(from: Subject, to: Subject, maxHops?: number): readonly Edge[] | null;
  /** Everything that needs a subject, with its distance in hops, nearest first, up to `maxHops` (6). */
  impact(subject: Subject, maxHops?: number): ReadonlyMap<string, { subject: Subject; hops: number }>;
  /** Live Pods by label, IP and component. */
  readonly pods: PodIndex;
  /** Pod templates by label, also of workloads that have no Pod. */
  readonly templates: TemplateIndex;
  /** What every workload relies on. */
  readonly clusterServices: ClusterServices;
}

/** Builds the dependency graph of a snapshot. */
export function buildTopology(snapshot: Snapshot): Topology {
  const components = indexComponents(snapshot);
  const pods = indexPods(snapshot, components);
  const templates = indexTemplates(snapshot, components);
  const clusterServices = indexClusterServices(snapshot, { components, templates, pods });
  const graph = createGraph(components, (add) => edgesOnDemand({ snapshot, components, pods, templates, add }));
  return {
    component: (subject) => components.of(subject),
    dependencies: (subject) => graph.dependencies(subject),
    dependents: (subject) => graph.dependents(subject),
    ...createTraversal(graph, clusterServices, templates),
    pods,
    templates,
    clusterServices,
  };
}
