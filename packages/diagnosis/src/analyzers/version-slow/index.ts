import { compareText, formatSubject } from '@headwater/core/subject.ts';
import { citeChange } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { activeShift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Change } from '../../changes/change.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { rollback } from '../_shared/remedies.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { slowOrigins } from '../_shared/slow-origins.ts';
import type { SlowWorkload } from '../../metrics/latency-blame.ts';

const CODE = 'release/slow-version';

/** Releases that made their workload slow. */
export const analyzer: Analyzer = {
  name: 'version-slow',
  codes: { [CODE]: 'A workload became slow by itself right after its rollout, at unchanged load.' },
  reads: ['metrics', 'traces', 'ReplicaSet', 'ControllerRevision', 'Deployment'],
  analyze(snapshot) {
    return slowOrigins(snapshot).flatMap(({ slow, reason, change }) =>
      reason === 'rollout' && change ? [finding(snapshot, slow, change)] : [],
    );
  },
};

function finding(snapshot: Snapshot, { subject, shift, explains }: SlowWorkload, change: Change): Finding {
  const cpu = activeShift(snapshot, 'cpu', subject, 'up');
  const rate = signalsOf(snapshot).of('request-rate', subject);
  const [first] = [...change.diff].sort((left, right) => compareText(left.path, right.path));
  const what = first?.after === undefined ? '' : `, which set \`${first.path}\``;
  return {
    code: CODE,
    subject,
    category: 'version-slow',
    role: 'cause',
    layer: 'change',
    strength: cpu ? 0.9 : 0.84,
    statement: `the new version of ${formatSubject(subject)} is slow: its ${wordsOf(shift)} ${sinceWords(shift)}, after "${change.title}"${what}${cpu ? `; ${wordsOf(cpu)}` : ''}`,
    evidence: [citeShift(shift), citeChange(change), ...(cpu ? [citeShift(cpu)] : [])],
    change: change.id,
    since: shift.onset,
    affects: explains,
    ruledOut: rate
      ? [
          {
            category: 'traffic-surge',
            statement: `its request rate has not risen and is ${lastOf(rate)}`,
            evidence: [citeSignal(rate)],
          },
        ]
      : [],
    remediation: rollback(subject),
  };
}
