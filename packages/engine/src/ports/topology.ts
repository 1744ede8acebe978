import type { Neighbour } from '@headwater/core/grouping/choose-incident.ts';
import type { Subject } from '@headwater/core/subject.ts';

/** What is known of one cluster's objects while alerts are correlated; answers come from memory. */
export interface Topology {
  /** The top of the subject's owner chain, the subject itself when nothing owns it; null when the object is not known. */
  rootOwner(subject: Subject): Subject | null;
  /**
   * What is one step away from a root: the Services that select it, the Node its Pods run on, its claims, autoscaler,
   * Ingress; and the workloads behind a Service, claim or Node.
   */
  neighbours(root: Subject): readonly Neighbour[];
}

/** The topology of a cluster; `emptyTopology` for one that is not watched. */
export type TopologyOf = (cluster: string) => Topology;

/** Knows nothing: correlation then goes by names, groups and the alerts themselves. */
export const emptyTopology: Topology = { rootOwner: () => null, neighbours: () => [] };
