import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange } from '../../evidence/cite.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShift, activeShifts } from '../../metrics/shifts.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { rollback } from '../_shared/remedies.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { rolloutBefore } from '../_shared/slow-origins.ts';

export const FAILING = 'rollout/failing-since';

const MIN_SHARE = 0.05;

/** Workloads that fail since their own rollout, while nothing that they call fails: told by their signals alone. */
export function failingSinceRollout(snapshot: Snapshot): Finding[] {
  return activeShifts(snapshot, 'error-ratio', 'up').flatMap((shift): Finding[] => {
    const { subject } = shift.signal;
    if (shift.signal.peer || shift.after.median < MIN_SHARE || failsBelow(snapshot, subject)) return [];
    const change = rolloutBefore(snapshot, subject, shift.onset);
    if (!change?.diff.some(({ path }) => path.endsWith('.image'))) return [];
    return [
      {
        code: FAILING,
        subject,
        category: 'version-errors',
        role: 'cause',
        layer: 'change',
        strength: 0.64,
        statement: `the new version of ${formatSubject(subject)} fails: its ${wordsOf(shift)} ${sinceWords(shift)}, after "${change.title}", and nothing it calls does`,
        evidence: [citeShift(shift), citeChange(change)],
        change: change.id,
        since: shift.onset,
        remediation: rollback(subject),
      },
    ];
  });
}

function failsBelow(snapshot: Snapshot, subject: Subject): boolean {
  return callGraphOf(snapshot)
    .callees(subject)
    .some(
      (callee) =>
        subjectKey(callee) !== subjectKey(subject) && activeShift(snapshot, 'error-ratio', callee, 'up') !== null,
    );
}
