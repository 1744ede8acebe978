import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { ClusterServices } from './cluster-services.ts';
import type { Graph } from './graph.ts';
import type { TemplateIndex } from './templates.ts';
import type { Edge, Topology } from './topology.ts';

const MAX_HOPS = 6;

/** Breadth-first search over the graph, with what every workload relies on as edges that are made only when asked for. */
export function createTraversal(
  graph: Graph,
  services: ClusterServices,
  templates: TemplateIndex,
): Pick<Topology, 'path' | 'impact'> {
  const isWorkload = (subject: Subject): boolean => templates.ofComponent(subject).length > 0;
  const reliesOn = (subject: Subject): readonly Edge[] => (isWorkload(subject) ? services.edgesFrom(subject) : []);
  return {
    path: (from, to, maxHops = MAX_HOPS) => {
      const start = graph.components.of(from);
      const goal = graph.components.of(to);
      const direct = search(start, goal, maxHops, (subject) => graph.dependencies(subject));
      // Only a second choice: everything reaches everything through cluster DNS, which would explain nothing.
      if (direct) return direct;
      return search(start, goal, maxHops, (subject) => [...graph.dependencies(subject), ...reliesOn(subject)]);
    },
    impact: (subject, maxHops = MAX_HOPS) => {
      const start = graph.components.of(subject);
      const found = new Map([[subjectKey(start), { subject: start, hops: 0 }]]);
      const everybody = services.carries(start, graph) ? templates.components : [];
      spread(found, { start, maxHops, graph, everybody });
      found.delete(subjectKey(start));
      return found;
    },
  };
}

function search(
  start: Subject,
  goal: Subject,
  maxHops: number,
  edgesOf: (subject: Subject) => readonly Edge[],
): readonly Edge[] | null {
  if (start === goal) return [];
  const cameBy = new Map<Subject, Edge | null>([[start, null]]);
  let frontier: Subject[] = [start];
  for (let hop = 0; hop < maxHops && frontier.length > 0; hop++) {
    const next: Subject[] = [];
    for (const edge of frontier.flatMap((subject) => edgesOf(subject))) {
      if (cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      if (edge.to === goal) return walkBack(cameBy, goal);
      next.push(edge.to);
    }
    frontier = next;
  }
  return null;
}

function walkBack(cameBy: ReadonlyMap<Subject, Edge | null>, goal: Subject): readonly Edge[] {
  const path: Edge[] = [];
  for (let edge = cameBy.get(goal); edge; edge = cameBy.get(edge.from)) path.unshift(edge);
  return path;
}

function spread(
  found: Map<string, { subject: Subject; hops: number }>,
  {
    start,
    maxHops,
    graph,
    everybody,
  }: { start: Subject; maxHops: number; graph: Graph; everybody: readonly Subject[] },
): void {
  let frontier: Subject[] = [start];
  for (let hops = 1; hops <= maxHops && frontier.length > 0; hops++) {
    const next: Subject[] = [];
    const visit = (subject: Subject): void => {
      const key = subjectKey(subject);
      if (found.has(key)) return;
      found.set(key, { subject, hops });
      next.push(subject);
    };
    for (const subject of frontier) for (const { from } of graph.dependents(subject)) visit(from);
    if (hops === 1) for (const subject of everybody) visit(subject);
    frontier = next;
  }
}
