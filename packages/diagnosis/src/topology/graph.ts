import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Components } from './components.ts';
import type { Edge, Relation } from './topology.ts';

export interface EdgeDraft {
  readonly from: Subject;
  readonly to: Subject;
  readonly relation: Relation;
  readonly share?: number | undefined;
  readonly cite: () => readonly Evidence[];
}

export interface Graph {
  /** Adds an edge between the components of two subjects; of several between the same two, the first stays. */
  add(draft: EdgeDraft): void;
  dependencies(subject: Subject): readonly Edge[];
  dependents(subject: Subject): readonly Edge[];
  readonly components: Components;
}

// Traffic explains more than placement, and placement more than administration: equally long paths prefer it.
const RANK: Readonly<Record<Relation, number>> = {
  calls: 0,
  'routes-to': 1,
  selects: 2,
  'backed-by': 3,
  reads: 4,
  mounts: 5,
  'bound-to': 6,
  'provisioned-by': 7,
  'uses-account': 8,
  'runs-on': 9,
  'disrupted-by': 10,
  'restricted-by': 11,
  'scaled-by': 12,
  'limited-by': 13,
  'admitted-by': 14,
  'owned-by': 15,
  'relies-on': 16,
};

/** An empty graph over components. Edge lists are sorted when first read after the last `add`. */
export function createGraph(components: Components): Graph {
  const seen = new Set<string>();
  const outgoing = new Map<string, EdgeList>();
  const incoming = new Map<string, EdgeList>();
  return {
    components,
    add: (draft) => {
      const from = components.of(draft.from);
      const to = components.of(draft.to);
      // A workload that names its own Service would otherwise need itself.
      if (from === to) return;
      const fromKey = subjectKey(from);
      const toKey = subjectKey(to);
      const key = `${fromKey}>${draft.relation}>${toKey}`;
      if (seen.has(key)) return;
      seen.add(key);
      const edge: Edge = { from, to, relation: draft.relation, share: draft.share, cite: draft.cite };
      append(outgoing, fromKey, edge);
      append(incoming, toKey, edge);
    },
    dependencies: (subject) => sorted(outgoing.get(subjectKey(components.of(subject))), ({ to }) => to),
    dependents: (subject) => sorted(incoming.get(subjectKey(components.of(subject))), ({ from }) => from),
  };
}

interface EdgeList {
  edges: Edge[];
  sorted: boolean;
}

function append(map: Map<string, EdgeList>, key: string, edge: Edge): void {
  const list = map.get(key);
  if (!list) map.set(key, { edges: [edge], sorted: true });
  else {
    list.edges.push(edge);
    list.sorted = false;
  }
}

function sorted(list: EdgeList | undefined, end: (edge: Edge) => Subject): readonly Edge[] {
  if (!list) return [];
  if (!list.sorted) {
    list.edges.sort(
      (left, right) =>
        RANK[left.relation] - RANK[right.relation] || compareText(subjectKey(end(left)), subjectKey(end(right))),
    );
    list.sorted = true;
  }
  return list.edges;
}
