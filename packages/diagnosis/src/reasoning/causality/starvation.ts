import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Reach } from '../reach.ts';
import type { Observations } from './observations.ts';
import { rulesFor } from './rules.ts';

/** How far a hypothesis is from somebody who starves because of it; null when it does not explain the lack of work. */
export type StarvedBy = (starved: Subject, reach: Reach) => number | null;

interface Source {
  readonly key: string;
  readonly hops: number;
  /** It fails, does not run or starves itself, as far as anybody can see. */
  readonly troubled: boolean;
}

// A request passes a Service and a workload per call: four calls deep.
const MAX_HOPS = 8;

/** Judges who starves because of what: the work comes through callers, routes and senders, and ends where one is in trouble. */
export function createStarvation(snapshot: Snapshot, observations: Observations): StarvedBy {
  const known = new Map<string, readonly Source[]>();
  return (starved, reach) => {
    const component = snapshot.topology.component(starved);
    const key = subjectKey(component);
    const sources = known.get(key) ?? sourcesOf(snapshot, component, observations);
    known.set(key, sources);
    let best: number | null = null;
    for (const source of sources) {
      const hops = reach.get(source.key);
      if (hops === undefined || (hops > 0 && !source.troubled)) continue;
      if (best === null || hops + source.hops < best) best = hops + source.hops;
    }
    return best;
  };
}

function sourcesOf(snapshot: Snapshot, start: Subject, observations: Observations): readonly Source[] {
  const seen = new Set([subjectKey(start)]);
  const sources: Source[] = [];
  let frontier: readonly Subject[] = [start];
  for (let hops = 1; hops <= MAX_HOPS && frontier.length > 0; hops++) {
    const next: Subject[] = [];
    for (const subject of frontier.flatMap((of) => upstream(snapshot, of))) {
      const key = subjectKey(subject);
      if (seen.has(key)) continue;
      seen.add(key);
      next.push(subject);
      sources.push({ key, hops, troubled: isTroubled(subject, observations) });
    }
    frontier = next;
  }
  return sources;
}

function upstream({ topology }: Snapshot, subject: Subject): readonly Subject[] {
  return [
    ...topology
      .dependents(subject)
      .flatMap(({ relation, from }) =>
        rulesFor(relation, 'to-needed').some(({ to }) => to === 'starved') ? [from] : [],
      ),
    ...topology.dependencies(subject).flatMap(({ relation, to }) => (relation === 'fed-by' ? [to] : [])),
  ];
}

function isTroubled(subject: Subject, observations: Observations): boolean {
  return (['errors', 'down', 'starved'] as const).some((mode) => Boolean(observations.of(subject, mode)));
}
