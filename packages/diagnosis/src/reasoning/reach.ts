import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { footprint, type Hypothesis } from './hypothesis.ts';

// Beyond four hops nearly everything in one application reaches everything else.
export const MAX_HOPS = 4;

/** What a hypothesis reaches: component keys with their distance in hops, its own footprint at 0. */
export type Reach = ReadonlyMap<string, number>;

/** Everything that would suffer if the hypothesis were true. */
export function reachOf(snapshot: Snapshot, hypothesis: Hypothesis): Reach {
  const reach = new Map<string, number>();
  const note = (subject: Subject, hops: number): void => {
    const key = componentKey(snapshot, subject);
    if (hops < (reach.get(key) ?? Number.POSITIVE_INFINITY)) reach.set(key, hops);
  };
  const affected = new Set(hypothesis.findings.flatMap((finding) => (finding.affects ?? []).map(subjectKey)));
  for (const subject of footprint(hypothesis)) {
    const start = affected.has(subjectKey(subject)) ? 1 : 0;
    note(subject, start);
    for (const { subject: dependent, hops } of snapshot.topology.impact(subject, MAX_HOPS - start).values())
      note(dependent, hops + start);
  }
  return reach;
}

/** The identity of a subject's component: the top of its owner chain. */
export function componentKey(snapshot: Snapshot, subject: Subject): string {
  return subjectKey(snapshot.owners.root(subject));
}
