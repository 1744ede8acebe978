import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Fault, misfit } from '../../metrics/blame-fit.ts';
import { type SlowWorkload, seenAround, slowWorkloads } from '../../metrics/latency-blame.ts';
import { oncePer } from '../../snapshot/once.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { homeOf, livesOn } from './placement.ts';

const MIN_SLOW = 3;
// A single workload that fits this well needs no Node to explain it.
const GOOD_FIT = 1.5;
// By chance a Node, which has many calls, fits a little better than a workload.
const CLEARLY_BETTER = 0.75;
// A workload that fits this badly explains hardly any of the others. The best of forty such workloads comes a little closer
// by chance than the best of a few Nodes.
const BAD_FIT = 10;
const NOT_MUCH_WORSE = 1.15;
// A Node that fits so much worse than one workload is not what made that workload slow.
const MUCH_WORSE = 1.5;
// With two Nodes each call between them touches both; what is slow by itself then tells them apart.
const TIE = 1.02;

/**
 * The Node whose slow network would explain what was seen clearly better than any single workload, or about as well when no
 * workload explains it; null when none would.
 * Only calls that leave or enter the Node are delayed then, those within it are not.
 */
export function bestFittingNode(snapshot: Snapshot): string | null {
  const slow = slowWorkloads(snapshot);
  const alone = bestAlone(slow);
  if (slow.length < MIN_SLOW || alone < GOOD_FIT) return null;
  const misfitOf = nodeMisfits(snapshot);
  const names = new Set(slow.flatMap(({ subject }) => homeOf(snapshot, subject) ?? []));
  const fits = [...names].sort().map((name) => ({ name, fit: misfitOf(name) }));
  const best = Math.min(...fits.map(({ fit }) => fit));
  if (best > alone * (alone < BAD_FIT ? CLEARLY_BETTER : NOT_MUCH_WORSE)) return null;
  const tied = fits.filter(({ fit }) => fit <= best * TIE);
  const own = (name: string): number =>
    slow.reduce((sum, entry) => sum + (livesOn(snapshot, entry.subject, name) ? entry.ownIncrease : 0), 0);
  return tied.sort((left, right) => own(right.name) - own(left.name))[0]?.name ?? null;
}

/** Whether calls are known by which a single workload explains what was seen much better than a Node does. */
export function fitsMuchWorse(snapshot: Snapshot, node: string): boolean {
  const fit = nodeMisfits(snapshot)(node);
  return Number.isFinite(fit) && fit > bestAlone(slowWorkloads(snapshot)) * MUCH_WORSE;
}

function bestAlone(slow: readonly SlowWorkload[]): number {
  return Math.min(...slow.map((entry) => entry.misfit));
}

/** How badly a delay around each Node fits what was seen of all, by its name. */
const nodeMisfits = perSnapshot((snapshot: Snapshot): ((node: string) => number) => {
  const seen = seenAround(
    snapshot,
    new Map(slowWorkloads(snapshot).map((entry) => [subjectKey(entry.subject), entry])),
  );
  return oncePer((node: string) => misfit(snapshot, delayAround(snapshot, node), seen));
});

function delayAround(snapshot: Snapshot, node: string): Fault {
  const isHere = (subject: Subject): boolean => homeOf(snapshot, subject) === node;
  return {
    delays: (caller, callee) => isHere(caller) !== isHere(callee),
    holdsUp: () => false,
    delaysEntry: isHere,
  };
}
