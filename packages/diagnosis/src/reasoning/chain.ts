import type { ChainLink } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, sameSubject, type Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Edge, Relation } from '../topology/topology.ts';
import type { EvidenceBook } from './evidence-book.ts';
import { footprint } from './hypothesis.ts';
import type { Ranked } from './rank.ts';
import { MAX_HOPS } from './reach.ts';

const EFFECTS: Readonly<Record<Relation, (dependent: string, needed: string) => string>> = {
  'owned-by': (dependent, needed) => `${dependent} is made by ${needed}`,
  'relies-on': (dependent, needed) => `${dependent} relies on ${needed}`,
  selects: (dependent, needed) => `${dependent} sends traffic to ${needed}`,
  'routes-to': (dependent, needed) => `${dependent} routes requests to ${needed}`,
  calls: (dependent, needed) => `${dependent} calls ${needed}`,
  'runs-on': (dependent, needed) => `${dependent} runs on ${needed}`,
  mounts: (dependent, needed) => `${dependent} mounts ${needed}`,
  reads: (dependent, needed) => `${dependent} reads ${needed}`,
  'uses-account': (dependent, needed) => `${dependent} runs as ${needed}`,
  'bound-to': (dependent, needed) => `${dependent} is bound to ${needed}`,
  'provisioned-by': (dependent, needed) => `${dependent} is provisioned by ${needed}`,
  'scaled-by': (dependent, needed) => `${dependent} is scaled by ${needed}`,
  'restricted-by': (dependent, needed) => `${dependent} is restricted by ${needed}`,
  'limited-by': (dependent, needed) => `${dependent} is limited by ${needed}`,
  'admitted-by': (dependent, needed) => `${dependent} is admitted by ${needed}`,
  'backed-by': (dependent, needed) => `${dependent} is served by ${needed}`,
  'disrupted-by': (dependent, needed) => `${dependent} is disrupted by ${needed}`,
};

/** The causal path of a hypothesis: from the faulty object, edge by edge, to each alerted object it accounts for. */
export function causalChain(snapshot: Snapshot, entry: Ranked, book: EvidenceBook): ChainLink[] {
  const links = new Map<string, ChainLink>();
  for (const { target } of entry.accounts) {
    for (const edge of shortestPath(snapshot, target.subject, footprint(entry.hypothesis))) {
      const link = linkOf(edge, book);
      links.set(JSON.stringify([link.from, link.to, link.relation]), link);
    }
  }
  return [...links.values()];
}

// A path runs from the symptom to the cause; people read causes first.
function shortestPath(snapshot: Snapshot, symptom: Subject, causes: readonly Subject[]): readonly Edge[] {
  let best: readonly Edge[] | null = null;
  for (const cause of causes) {
    if (sameSubject(snapshot.owners.root(cause), snapshot.owners.root(symptom))) return [];
    const path = snapshot.topology.path(symptom, cause, MAX_HOPS);
    if (path && (best === null || path.length < best.length)) best = path;
  }
  return [...(best ?? [])].reverse();
}

function linkOf(edge: Edge, book: EvidenceBook): ChainLink {
  return {
    from: edge.to,
    to: edge.from,
    relation: edge.relation,
    effect: EFFECTS[edge.relation](formatSubject(edge.from), formatSubject(edge.to)),
    evidence: book.enter(edge.cite()),
  };
}
