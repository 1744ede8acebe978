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

/** Makes edges late: told of a vertex before its edges of a direction are read, it adds those that are still missing. */
export interface EdgeSource {
  beforeOutgoing(vertex: Subject): void;
  beforeIncoming(vertex: Subject): void;
}

export interface Graph {
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

/**
 * A graph over components whose edges a source adds. An edge joins the components of two subjects; of several between the same
 * two, the first stays. Lists are sorted when first read after the last addition.
 */
export function createGraph(components: Components, sourceOf: (add: (draft: EdgeDraft) => void) => EdgeSource): Graph {
  const outgoing = new Map<Subject, EdgeList>();
  const incoming = new Map<Subject, EdgeList>();
  const source = sourceOf(({ from: dependent, to: needed, relation, share, cite }) => {
    const from = components.of(dependent);
    const to = components.of(needed);
    // A workload that names its own Service would otherwise need itself.
    if (from === to) return;
    const list = listOf(outgoing, from);
    if (hasEdge(list, to, relation)) return;
    const edge: Edge = { from, to, relation, share, cite };
    append(list, edge);
    append(listOf(incoming, to), edge);
  });
  return {
    components,
    dependencies: (subject) => {
      const vertex = components.of(subject);
      source.beforeOutgoing(vertex);
      return sorted(outgoing.get(vertex), ({ to }) => to);
    },
    dependents: (subject) => {
      const vertex = components.of(subject);
      source.beforeIncoming(vertex);
      return sorted(incoming.get(vertex), ({ from }) => from);
    },
  };
}

interface EdgeList {
  readonly edges: Edge[];
  sorted: boolean;
  /** Relations by the other end, as bits; only of lists that are too long to be searched. */
  relations?: Map<Subject, number>;
}

const SHORT = 16;

function listOf(lists: Map<Subject, EdgeList>, vertex: Subject): EdgeList {
  const known = lists.get(vertex);
  if (known) return known;
  const list: EdgeList = { edges: [], sorted: true };
  lists.set(vertex, list);
  return list;
}

// Most vertices have a handful of edges; searching them is cheaper than keeping an index of every edge.
function hasEdge(list: EdgeList, to: Subject, relation: Relation): boolean {
  if (list.edges.length < SHORT) return list.edges.some((edge) => edge.to === to && edge.relation === relation);
  list.relations ??= relationsOf(list.edges);
  const known = list.relations.get(to) ?? 0;
  const bit = 1 << RANK[relation];
  if ((known & bit) !== 0) return true;
  list.relations.set(to, known | bit);
  return false;
}

function relationsOf(edges: readonly Edge[]): Map<Subject, number> {
  const relations = new Map<Subject, number>();
  for (const { to, relation } of edges) relations.set(to, (relations.get(to) ?? 0) | (1 << RANK[relation]));
  return relations;
}

function append(list: EdgeList, edge: Edge): void {
  list.edges.push(edge);
  list.sorted = list.edges.length === 1;
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
