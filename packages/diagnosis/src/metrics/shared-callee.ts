import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { misfit, slownessOf } from './blame-fit.ts';
import { callGraphOf } from './call-graph.ts';
import { type SlowWorkload, seenAround, slowWorkloads } from './latency-blame.ts';
import { signalsOf } from './signals.ts';

/** Something nobody measures (a database, a cache) whose slowness would explain that its callers became slow together. */
export interface SharedCallee {
  readonly subject: Subject;
  /** Its slow direct callers. */
  readonly callers: readonly SlowWorkload[];
}

// One caller cannot be told from what it calls.
const MIN_CALLERS = 2;
// A single measured workload that fits this well needs nothing unseen to explain it.
const GOOD_FIT = 1;
const CLEARLY_BETTER = 0.6;

/** The unmeasured callee that explains the slow workloads clearly better than any of themselves; null when none does. */
export function sharedCallee(snapshot: Snapshot): SharedCallee | null {
  const slow = slowWorkloads(snapshot);
  const alone = Math.min(...slow.map((entry) => entry.misfit));
  if (slow.length < MIN_CALLERS || alone < GOOD_FIT) return null;
  const candidates = unmeasuredCallees(snapshot, slow).map((candidate) => ({
    ...candidate,
    fit: misfit(snapshot, slownessOf(candidate.subject), seenBy(snapshot, candidate.subject, slow)),
  }));
  const [best] = candidates.sort(
    (left, right) => left.fit - right.fit || compareText(subjectKey(left.subject), subjectKey(right.subject)),
  );
  return best && best.fit <= alone * CLEARLY_BETTER ? { subject: best.subject, callers: best.callers } : null;
}

function unmeasuredCallees(snapshot: Snapshot, slow: readonly SlowWorkload[]): SharedCallee[] {
  const graph = callGraphOf(snapshot);
  const found = new Map<string, { subject: Subject; callers: SlowWorkload[] }>();
  for (const entry of slow) {
    for (const subject of graph.callees(entry.subject)) {
      if (isMeasured(snapshot, subject)) continue;
      const known = found.get(subjectKey(subject));
      if (known) known.callers.push(entry);
      else found.set(subjectKey(subject), { subject, callers: [entry] });
    }
  }
  return [...found.values()].filter(({ callers }) => callers.length >= MIN_CALLERS);
}

/** What was seen around the slow workloads and of all who call a candidate: those it left alone speak against it. */
function seenBy(snapshot: Snapshot, candidate: Subject, slow: readonly SlowWorkload[]): ReturnType<typeof seenAround> {
  const entries = new Map(slow.map((entry) => [subjectKey(entry.subject), entry]));
  return seenAround(snapshot, entries, callGraphOf(snapshot).callers(candidate));
}

function isMeasured(snapshot: Snapshot, subject: Subject): boolean {
  const signals = signalsOf(snapshot);
  return signals.of('latency', subject) !== undefined || signals.of('tail-latency', subject) !== undefined;
}
