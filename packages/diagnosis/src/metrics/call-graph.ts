import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { observedCalls } from '../traces/edges.ts';
import { selectedBy, servicesSelecting } from '../topology/selection.ts';

/** Who calls whom between workloads, whatever showed it; Services in between are passed through. */
export interface CallGraph {
  callees(subject: Subject): readonly Subject[];
  /** Who calls it or sends it messages. */
  callers(subject: Subject): readonly Subject[];
  /** Subject keys of everything reachable downwards, the subject itself left out. */
  below(subject: Subject): ReadonlySet<string>;
}

/** The call graph of a snapshot: telemetry's edges joined with the topology's. */
export const callGraphOf = perSnapshot(build);

function build(snapshot: Snapshot): CallGraph {
  // Who sends a message does not wait for it: nothing of its consumer comes back.
  const answered = observedCalls(snapshot).filter(({ queued }) => !queued);
  const observed = Map.groupBy(answered, ({ from }) => subjectKey(from));
  const observedUp = Map.groupBy(observedCalls(snapshot), ({ to }) => subjectKey(to));
  const { topology } = snapshot;
  const callees = cached((subject) =>
    unique(subject, [
      ...(observed.get(subjectKey(subject)) ?? []).map(({ to }) => to),
      ...topology
        .dependencies(subject)
        .filter(({ relation }) => relation === 'calls')
        .flatMap(({ to }) => behind(snapshot, to)),
    ]),
  );
  const callers = cached((subject) =>
    unique(subject, [
      ...(observedUp.get(subjectKey(subject)) ?? []).map(({ from }) => from),
      ...[subject, ...servicesSelecting(topology, subject)].flatMap((entry) =>
        topology.dependents(entry).flatMap(({ relation, from }) => (relation === 'calls' ? [from] : [])),
      ),
    ]),
  );
  const calleeKeys = new Map<string, readonly string[]>();
  const subjects = new Map<string, Subject>();
  const keysBelow = (key: string): readonly string[] => {
    const known = calleeKeys.get(key);
    const subject = subjects.get(key);
    if (known || !subject) return known ?? [];
    const keys = callees(subject).map((callee) => {
      const calleeKey = subjectKey(callee);
      subjects.set(calleeKey, callee);
      return calleeKey;
    });
    calleeKeys.set(key, keys);
    return keys;
  };
  const reached = new Map<string, ReadonlySet<string>>();
  const below = (subject: Subject): ReadonlySet<string> => {
    const from = subjectKey(subject);
    const known = reached.get(from);
    if (known) return known;
    subjects.set(from, subject);
    const seen = new Set<string>();
    const queue = [...keysBelow(from)];
    for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(...keysBelow(key));
    }
    reached.set(from, seen);
    return seen;
  };
  return { callees, callers, below };
}

/** The workloads a Service stands for; the object itself when it is none. */
function behind(snapshot: Snapshot, subject: Subject): readonly Subject[] {
  const workloads = selectedBy(snapshot.topology, subject);
  return workloads.length === 0 ? [subject] : workloads;
}

function unique(self: Subject, subjects: readonly Subject[]): readonly Subject[] {
  const byKey = new Map(subjects.map((subject) => [subjectKey(subject), subject]));
  byKey.delete(subjectKey(self));
  return [...byKey.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, subject]) => subject);
}

function cached(compute: (subject: Subject) => readonly Subject[]): (subject: Subject) => readonly Subject[] {
  const known = new Map<string, readonly Subject[]>();
  return (subject) => {
    const key = subjectKey(subject);
    const value = known.get(key) ?? compute(subject);
    known.set(key, value);
    return value;
  };
}
