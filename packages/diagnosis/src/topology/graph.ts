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
  'fed-by': 17,
};

/** An empty graph over components. Edge lists are sorted when first read after the last `add`. */
export function createGraph(components: Components): Graph {
  const numbers = new Map<Subject, number>();
  const seen = new Set<number>();
  const outgoing = new Map<Subject, EdgeList>();
  const incoming = new Map<Subject, EdgeList>();
  return {
    components,
    add: ({ from: dependent, to: needed, relation, share, cite }) => {
      const from = components.of(dependent);
      const to = components.of(needed);
      // A workload that names its own Service would otherwise need itself.
      if (from === to) return;
      const identity = identityOf(numberOf(from), numberOf(to), relation);
      if (seen.has(identity)) return;
      seen.add(identity);
      const edge: Edge = { from, to, relation, share, cite };
      append(outgoing, from, edge);
      append(incoming, to, edge);
    },
    dependencies: (subject) => sorted(outgoing.get(components.of(subject)), ({ to }) => to),
    dependents: (subject) => sorted(incoming.get(components.of(subject)), ({ from }) => from),
  };

  function numberOf(vertex: Subject): number {
    let number = numbers.get(vertex);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(vertex, number);
    }
    return number;
  }
}

// Two million vertices and 32 relations fit the 53 bits of a safe integer; text keys of every edge would cost far more.
function identityOf(from: number, to: number, relation: Relation): number {
  return (from * 2 ** 21 + to) * 32 + RANK[relation];
}

interface EdgeList {
  edges: Edge[];
  sorted: boolean;
}

function append(map: Map<Subject, EdgeList>, key: Subject, edge: Edge): void {
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
