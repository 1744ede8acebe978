import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShift, activeShifts, type Shift, shiftOf } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'saturation/retry-storm';
// Ordinary variation of what one request costs in calls stays below this.
const MIN_RATIO = 1.8;
const FLAT = 1.3;

/** Callers that repeat failing calls until the callee cannot recover. */
export const analyzer: Analyzer = {
  name: 'retry-storm',
  codes: { [CODE]: 'Calls to a failing workload multiplied while its callers were asked no more than before.' },
  reads: ['metrics', 'traces'],
  analyze(snapshot) {
    const onEdges = activeShifts(snapshot, 'call-rate', 'up').flatMap((shift) =>
      shift.signal.peer
        ? (judge(snapshot, shift, { caller: shift.signal.subject, callee: shift.signal.peer }) ?? [])
        : [],
    );
    const known = new Set(onEdges.flatMap(({ affects = [] }) => affects.map(subjectKey)));
    const onCallees = activeShifts(snapshot, 'request-rate', 'up').flatMap((shift) => {
      const callee = shift.signal.subject;
      const [caller, ...others] = callGraphOf(snapshot).callers(callee);
      // With several callers the callee's own count does not say who repeats.
      return caller && others.length === 0 && !known.has(subjectKey(callee))
        ? (judge(snapshot, shift, { caller, callee }) ?? [])
        : [];
    });
    return [...onEdges, ...onCallees];
  },
};

function judge(
  snapshot: Snapshot,
  calls: Shift,
  { caller, callee }: { caller: Subject; callee: Subject },
): Finding | null {
  if (calls.ratio < MIN_RATIO) return null;
  const asked = signalsOf(snapshot).of('request-rate', caller);
  const failing = activeShift(snapshot, 'error-ratio', callee, 'up') ?? edgeFailure(snapshot, caller, callee);
  if (!asked || !failing || growth(asked) > FLAT) return null;
  return {
    code: CODE,
    subject: caller,
    category: 'retry-storm',
    role: 'cause',
    layer: 'saturation',
    // What made the callee fail first may still be there; then that is the cause and this makes it worse.
    strength: 0.72,
    statement:
      `${formatSubject(caller)} repeats its failing calls to ${formatSubject(callee)}: ${wordsOf(calls)} ${sinceWords(calls)}, ` +
      `while its own request rate stayed at ${lastOf(asked)}; ${wordsOf(failing)}`,
    evidence: [citeShift(calls), citeSignal(asked), citeShift(failing)],
    affects: [callee],
    since: calls.onset,
    ruledOut: [
      {
        category: 'traffic-surge',
        statement: `${formatSubject(caller)} itself is asked no more than before: ${lastOf(asked)}`,
        evidence: [citeSignal(asked, { split: calls.onset })],
      },
    ],
    remediation: [
      {
        action: 'patch-env',
        risk: 'R2',
        statement: `Limit the retries of ${formatSubject(caller)} or let it shed load until ${formatSubject(callee)} has recovered`,
        preconditions: ['What made the first calls fail is gone or repaired'],
        undo: 'Restore the former retry policy',
      },
    ],
  };
}

function edgeFailure(snapshot: Snapshot, caller: Subject, callee: Subject): Shift | null {
  const signal = signalsOf(snapshot).of('call-error-ratio', caller, callee);
  const shift = signal ? shiftOf(signal) : null;
  return shift?.persists && shift.direction === 'up' ? shift : null;
}

function growth(signal: Signal): number {
  const shift = shiftOf(signal);
  return shift?.persists && shift.direction === 'up' ? shift.ratio : 1;
}
