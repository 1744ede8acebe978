import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { alertedSubjects } from '../../metrics/incident-onset.ts';
import { activeShift, activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'cascade/starved';
// The many spellings of "nobody calls me": NoRequestsReceived, NoDatabaseOperations, AbsentTraffic, ZeroTraffic.
const NO_TRAFFIC =
  /(no|zero|absent|missing)[_-]?\w*(requests?|operations?|traffic|invocations?|calls|messages|transactions)|(requests?|traffic)[_-]?(dropped|absent|missing)/i;
// Below this part of its usual rate a workload is as good as not called.
const STARVED = 0.1;

/** Workloads that nobody calls any more although they are well: an effect of something before them. */
export const analyzer: Analyzer = {
  name: 'starvation',
  codes: { [CODE]: 'A workload gets no requests any more; whoever should call it, or the way to it, is broken.' },
  reads: ['alerts', 'metrics', 'traces'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const alert of firingAlerts(snapshot, NO_TRAFFIC)) {
      const subject = alertedSubjects(snapshot, alert).find(({ kind }) => kind !== 'Pod' && kind !== 'Node');
      if (subject && !found.has(subjectKey(subject)))
        found.set(subjectKey(subject), starved(snapshot, subject, { alert }));
    }
    for (const shift of activeShifts(snapshot, 'request-rate', 'down')) {
      const { subject } = shift.signal;
      if (
        shift.current > shift.before.median * STARVED ||
        found.has(subjectKey(subject)) ||
        isFailing(snapshot, subject)
      )
        continue;
      found.set(subjectKey(subject), starved(snapshot, subject, { shift }));
    }
    return [...found.values()];
  },
};

/** Whether what still reaches the workload fails or takes long: then it turns callers away itself. */
function isFailing(snapshot: Snapshot, subject: Subject): boolean {
  return (['error-ratio', 'tail-latency', 'latency'] as const).some(
    (name) => activeShift(snapshot, name, subject, 'up') !== null,
  );
}

function starved(snapshot: Snapshot, subject: Subject, { alert, shift }: { alert?: Alert; shift?: Shift }): Finding {
  const how = shift
    ? `its ${wordsOf(shift)} ${sinceWords(shift)}`
    : `alert \`${alert?.labels['alertname'] ?? ''}\` fires`;
  return {
    code: CODE,
    subject,
    category: 'dependency-cascade',
    role: 'symptom',
    layer: 'dependency',
    strength: 0.4,
    statement: `${formatSubject(subject)} is starved, not broken: ${how}`,
    evidence: [...(shift ? [citeShift(shift)] : []), ...(alert ? [citeAlert(alert)] : [])],
    blames: callGraphOf(snapshot).callers(subject),
    since: shift?.onset ?? alert?.startsAt ?? null,
  };
}
