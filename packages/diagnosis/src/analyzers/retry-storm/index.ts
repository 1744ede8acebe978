import { formatSubject } from '@headwater/core/subject.ts';
import { citeTemplate } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { type Repeats, repeatedCalls } from '../_shared/retries.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'saturation/retry-storm';
/** Callers that repeat failing calls until the callee cannot recover. */
export const analyzer: Analyzer = {
  name: 'retry-storm',
  codes: { [CODE]: 'Calls to a failing workload multiplied while its callers were asked no more than before.' },
  reads: ['metrics', 'traces', 'logs'],
  analyze: (snapshot) => repeatedCalls(snapshot).map(report),
};

function report({ caller, callee, calls, asked, failing, said }: Repeats): Finding {
  return {
    code: CODE,
    subject: caller,
    category: 'retry-storm',
    role: 'cause',
    layer: 'saturation',
    // What made the callee fail first may still be there; then that is the cause and this makes it worse.
    strength: said ? 0.84 : 0.72,
    statement:
      `${formatSubject(caller)} repeats its failing calls to ${formatSubject(callee)}: ${wordsOf(calls)} ${sinceWords(calls)}, ` +
      `while its own request rate stayed at ${lastOf(asked)}; ${wordsOf(failing)}${said ? `; it logged ${said.template.count} times that it tries again` : ''}`,
    evidence: [
      citeShift(calls),
      citeSignal(asked),
      citeShift(failing),
      ...(said ? [citeTemplate(said.stream, said.template)] : []),
    ],
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
