import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { perObject } from '../snapshot/per-object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Topology } from '../topology/topology.ts';
import { footprint, type Hypothesis } from './hypothesis.ts';

// Beyond four hops nearly everything in one application reaches everything else.
export const MAX_HOPS = 4;

/** What depends on one component: component keys with their distance in hops, 1 to `MAX_HOPS`. */
export type Surroundings = ReadonlyMap<string, number>;

/** What a hypothesis reaches: component keys with their distance in hops, its own footprint at 0. */
export interface Reach {
  get(key: string): number | undefined;
  has(key: string): boolean;
  /** Its own footprint. */
  readonly own: ReadonlyMap<string, number>;
  /** What depends on each part of the footprint, so many hops further out; shared by all hypotheses about that part. */
  readonly parts: readonly { readonly around: Surroundings; readonly start: number }[];
}

/** Everything that would suffer if the hypothesis were true. */
export function reachOf(snapshot: Snapshot, hypothesis: Hypothesis): Reach {
  const own = new Map<string, number>();
  const parts = new Map<Surroundings, number>();
  const affected = new Set(hypothesis.findings.flatMap((finding) => (finding.affects ?? []).map(subjectKey)));
  for (const subject of footprint(hypothesis)) {
    const start = affected.has(subjectKey(subject)) ? 1 : 0;
    const key = componentKey(snapshot, subject);
    own.set(key, Math.min(start, own.get(key) ?? start));
    const around = surroundings(snapshot, subject);
    parts.set(around, Math.min(start, parts.get(around) ?? start));
  }
  const list = [...parts].map(([around, start]) => ({ around, start }));
  const get = (key: string): number | undefined => {
    let nearest = own.get(key);
    for (const { around, start } of list) {
      const hops = (around.get(key) ?? MAX_HOPS) + start;
      if (around.has(key) && hops <= MAX_HOPS && hops < (nearest ?? Number.POSITIVE_INFINITY)) nearest = hops;
    }
    return nearest;
  };
  return { get, has: (key) => get(key) !== undefined, own, parts: list };
}

const known = perObject((_topology: Topology) => new Map<Subject, Surroundings>());

// Thousands of hypotheses may share a Node or a volume: what depends on it is walked once.
function surroundings(snapshot: Snapshot, subject: Subject): Surroundings {
  const { topology } = snapshot;
  const vertex = topology.component(subject);
  const before = known(topology).get(vertex);
  if (before) return before;
  const around = new Map<string, number>();
  for (const { subject: dependent, hops } of topology.impact(vertex, MAX_HOPS).values()) {
    const key = componentKey(snapshot, dependent);
    if (hops < (around.get(key) ?? Number.POSITIVE_INFINITY)) around.set(key, hops);
  }
  known(topology).set(vertex, around);
  return around;
}

/** The identity of a subject's component: the top of its owner chain. */
export function componentKey(snapshot: Snapshot, subject: Subject): string {
  return subjectKey(snapshot.owners.root(subject));
}
