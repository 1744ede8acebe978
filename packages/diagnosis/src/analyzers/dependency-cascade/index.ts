import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { formatTime, MINUTE } from '@headwater/core/time.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { SignalName } from '../../metrics/vocabulary.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { callsUnmeasured } from '../_shared/unmeasured-calls.ts';
import { wordsOf } from '../_shared/shift-words.ts';

const FIRST = 'cascade/first-failure';
const VICTIM = 'cascade/victim';
// Two samples of most scrapes: what failed within it failed together, and only the edge says which way.
const TOGETHER = 1 * MINUTE;
const MIN_VICTIMS = 2;

/** Failures that spread along calls, ordered by when each began. */
export const analyzer: Analyzer = {
  name: 'dependency-cascade',
  codes: {
    [FIRST]: 'The workload that failed first of several that depend on it.',
    [VICTIM]: 'A workload that began to fail after something it calls.',
  },
  reads: ['metrics', 'traces'],
  analyze(snapshot) {
    const failures = failing(snapshot);
    if (failures.length <= MIN_VICTIMS) return [];
    const origins = new Map<string, { origin: Shift; victims: Shift[] }>();
    for (const failure of failures) {
      const origin = originOf(snapshot, failure, failures);
      if (!origin) continue;
      const key = subjectKey(origin.signal.subject);
      const group = origins.get(key);
      if (group) group.victims.push(failure);
      else origins.set(key, { origin, victims: [failure] });
    }
    return [...origins.values()]
      .filter(({ victims }) => victims.length >= MIN_VICTIMS)
      .flatMap(({ origin, victims }) => [
        first(snapshot, origin, victims),
        ...victims.map((victim) => victimOf(victim, origin)),
      ]);
  },
};

const FAILING = ['error-ratio', 'restarts'] as const satisfies readonly SignalName[];

function failing(snapshot: Snapshot): readonly Shift[] {
  const bySubject = new Map<string, Shift>();
  for (const name of FAILING) {
    for (const shift of activeShifts(snapshot, name, 'up')) {
      const key = subjectKey(shift.signal.subject);
      const known = bySubject.get(key);
      if (!known || shift.onset < known.onset) bySubject.set(key, shift);
    }
  }
  return [...bySubject.values()].sort((left, right) => left.onset - right.onset);
}

/** The failing workload below that began first, the deeper of those that began together; null when there is none. */
function originOf(snapshot: Snapshot, failure: Shift, failures: readonly Shift[]): Shift | null {
  const below = callGraphOf(snapshot).below(failure.signal.subject);
  const candidates = failures.filter(
    (other) =>
      other !== failure && below.has(subjectKey(other.signal.subject)) && other.onset <= failure.onset + TOGETHER,
  );
  const [earliest] = candidates;
  if (!earliest) return null;
  const together = candidates.filter(({ onset }) => onset <= earliest.onset + TOGETHER);
  return together.reduce((best, other) =>
    isBelow(snapshot, other.signal.subject, best.signal.subject) ? other : best,
  );
}

function isBelow(snapshot: Snapshot, subject: Subject, above: Subject): boolean {
  const graph = callGraphOf(snapshot);
  // In a ring of calls everybody is below everybody; then time alone decides.
  return graph.below(above).has(subjectKey(subject)) && !graph.below(subject).has(subjectKey(above));
}

function first(snapshot: Snapshot, origin: Shift, victims: readonly Shift[]): Finding {
  const { subject } = origin.signal;
  return {
    code: FIRST,
    subject,
    category: 'dependency-cascade',
    role: 'cause',
    layer: 'dependency',
    // It says where, not what: anything that names the mechanism there beats it. What it calls and nobody measured may have failed before.
    strength: callsUnmeasured(snapshot, subject, FAILING) ? 0.42 : 0.5,
    statement: `${formatSubject(subject)} failed first, at ${formatTime(origin.onset)} (${wordsOf(origin)}); ${victims
      .map(({ signal }) => formatSubject(signal.subject))
      .slice(0, 4)
      .join(', ')} followed along their calls`,
    evidence: [citeShift(origin), ...victims.slice(0, 4).map(citeShift)],
    affects: victims.map(({ signal }) => signal.subject),
    since: origin.onset,
  };
}

function victimOf(victim: Shift, origin: Shift): Finding {
  const { subject } = victim.signal;
  return {
    code: VICTIM,
    subject,
    category: 'dependency-cascade',
    role: 'symptom',
    layer: 'dependency',
    strength: 0.5,
    statement: `${formatSubject(subject)} fails since ${formatTime(victim.onset)} (${wordsOf(victim)}), not before ${formatSubject(origin.signal.subject)}, on which it depends`,
    evidence: [citeShift(victim), citeShift(origin)],
    blames: [origin.signal.subject],
    since: victim.onset,
  };
}
