import { formatSubject, sameSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { activeShift, activeShifts, type Shift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { worstShift } from '../_shared/node-hogs.ts';
import { nodeNetworkFaults } from '../_shared/node-network.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'network/pod-loss';
const MIN_RATE = 0.5;
const SLACK = 3 * MINUTE;

/** Workloads whose Pods lose packets. */
export const analyzer: Analyzer = {
  name: 'pod-loss',
  codes: {
    [CODE]: 'Packets of a workload are dropped or sent again, and its slowest requests or failures rose with that.',
  },
  reads: ['metrics'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const name of ['retransmits', 'packet-drops'] as const) {
      for (const shift of activeShifts(snapshot, name, 'up')) {
        const key = subjectKey(shift.signal.subject);
        const finding = found.has(key) || shift.after.median < MIN_RATE ? null : judge(snapshot, shift);
        if (finding) found.set(key, finding);
      }
    }
    return [...found.values()];
  },
};

function judge(snapshot: Snapshot, loss: Shift): Finding | null {
  const { subject } = loss.signal;
  const onNode = nodeNetworkFaults(snapshot).some(({ affected }) =>
    affected.some(({ signal }) => subjectKey(signal.subject) === subjectKey(subject)),
  );
  const felt = worstShift(snapshot, subject) ?? callersFeel(snapshot, subject);
  // More traffic loses more packets at the same rate of loss.
  const load = activeShift(snapshot, 'request-rate', subject, 'up');
  if (onNode || !felt || felt.onset < loss.onset - SLACK || (load && load.ratio >= 1.5)) return null;
  const middle = activeShift(snapshot, 'latency', subject, 'up');
  const median = signalsOf(snapshot).of('latency', subject);
  return {
    code: CODE,
    subject,
    category: 'network-loss',
    role: 'cause',
    layer: 'dependency',
    strength: middle ? 0.78 : 0.86,
    statement: `packets of ${formatSubject(subject)} get lost: ${wordsOf(loss)} ${sinceWords(loss)}; ${wordsOf(felt)}${!middle && median ? `, while half of its requests still take ${lastOf(median)} or less` : ''}`,
    evidence: [citeShift(loss), citeShift(felt), ...(!middle && median ? [citeSignal(median)] : [])],
    since: loss.onset,
    remediation: [restart(subject)],
  };
}

// The process itself measures nothing of a segment that is sent again; its callers wait for it.
function callersFeel(snapshot: Snapshot, subject: Subject): Shift | null {
  const shifts = (['network-time', 'call-latency', 'call-error-ratio'] as const).flatMap((name) =>
    activeShifts(snapshot, name, 'up').filter(
      ({ signal, ratio }) => signal.peer !== undefined && sameSubject(signal.peer, subject) && ratio >= 1.3,
    ),
  );
  return shifts.sort((left, right) => right.score - left.score)[0] ?? null;
}

function restart(subject: Subject): NonNullable<Finding['remediation']>[number] {
  return {
    action: 'restart',
    risk: 'R1',
    statement: `Restart ${formatSubject(subject)} so that its Pods are placed and connected anew`,
    preconditions: ['No chaos experiment or traffic shaping selects it; else remove that first'],
    undo: 'None needed',
  };
}
