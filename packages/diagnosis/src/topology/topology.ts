import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Why one object needs another. An edge always points from the dependent to what it depends on. */
export type Relation =
  | 'owned-by'
  | 'owns'
  | 'selects'
  | 'routes-to'
  | 'calls'
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
  | 'disrupted-by';

export interface Edge {
  readonly from: Subject;
  readonly to: Subject;
  readonly relation: Relation;
  /** What shows the edge; read when a path is reported, so building the graph stays cheap. */
  readonly cite: () => readonly Evidence[];
}

export interface Topology {
  /** What a subject directly needs. */
  dependencies(subject: Subject): readonly Edge[];
  /** What directly needs a subject. */
  dependents(subject: Subject): readonly Edge[];
  /** Shortest path of edges from a dependent to something it needs; null when there is none within `maxHops`. */
  path(from: Subject, to: Subject, maxHops?: number): readonly Edge[] | null;
  /** Everything that needs a subject, with its distance in hops, nearest first. */
  impact(subject: Subject, maxHops?: number): ReadonlyMap<string, { subject: Subject; hops: number }>;
}

/** Builds the dependency graph of a snapshot. */
export function buildTopology(_snapshot: Snapshot): Topology {
  return { dependencies: () => [], dependents: () => [], path: () => null, impact: () => new Map() };
}
