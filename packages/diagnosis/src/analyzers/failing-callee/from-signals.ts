import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift } from '../../evidence/cite-metrics.ts';
import type { Finding } from '../../finding.ts';
import { callGraphOf } from '../../metrics/call-graph.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedWorkload, firingAlerts } from '../_shared/firing-alerts.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { originBase, symptom } from './report.ts';
import { callsUnmeasured } from '../_shared/unmeasured-calls.ts';
import { citeTemplate } from '../../evidence/cite.ts';
import { quote } from '../_shared/log-hits.ts';
import { ownFailure } from '../_shared/own-failure.ts';

const MIN_SHARE = 0.05;

/** Without traces the shares of failed requests say the same, workload by workload. */
export function fromMetrics(snapshot: Snapshot): readonly Finding[] {
  const failing = activeShifts(snapshot, 'error-ratio', 'up').filter(({ after }) => after.median >= MIN_SHARE);
  const graph = callGraphOf(snapshot);
  const keys = new Set(failing.map(({ signal }) => subjectKey(signal.subject)));
  const isDeepest = ({ signal }: Shift): boolean => ![...graph.below(signal.subject)].some((key) => keys.has(key));
  // In a ring of calls nobody is deepest; then who failed first comes first.
  const byDepth = [...failing.filter(isDeepest), ...[...failing].sort((left, right) => left.onset - right.onset)];
  return failing.map((shift): Finding => {
    const { subject } = shift.signal;
    const below = graph.below(subject);
    const root = byDepth.find((other) => other !== shift && below.has(subjectKey(other.signal.subject)));
    if (!root) {
      const own = ownFailure(snapshot, subject);
      const cited = own ? [citeTemplate(own.stream, own.template)] : [];
      const said = own ? quote(cited, own.template.sample.text) : '';
      const unknown = callsUnmeasured(snapshot, subject, ['error-ratio']);
      return {
        ...originBase(subject),
        // A failure of its own in its log is what the traces would have shown; what it calls and nobody measured may fail.
        strength: own ? 0.58 : unknown ? 0.45 : 0.5,
        statement: `requests to ${formatSubject(subject)} fail and nothing it calls ${unknown ? 'that was measured ' : ''}does: ${wordsOf(shift)} ${sinceWords(shift)}${said === '' ? '' : `; it logs ${said}`}`,
        evidence: [citeShift(shift), ...cited],
        since: shift.onset,
      };
    }
    return {
      ...symptom(subject, [root.signal.subject]),
      statement: `${formatSubject(subject)} fails because ${formatSubject(root.signal.subject)}, on which it depends, does: ${wordsOf(shift)} ${sinceWords(shift)}`,
      evidence: [citeShift(shift), citeShift(root)],
      since: shift.onset,
    };
  });
}

// What request alerts of any rule set are called: HighRequestErrorRate, Http5xxHigh, LatencyTooHigh, SlowResponses.
const REQUESTS_BAD =
  /error.?(rate|ratio|budget)|errors?(high|rate)|high.*errors?$|5xx|failure.?rate|success.?rate|availability|latency|slow|response.?time|duration.?high/i;

/** With nothing measured the alerts themselves say who suffers; those whose callees alert as well are effects. */
export function fromAlerts(snapshot: Snapshot, known: ReadonlySet<string>): readonly Finding[] {
  const graph = callGraphOf(snapshot);
  const alerted = new Map<string, { subject: Subject; alert: Alert }>();
  for (const alert of firingAlerts(snapshot, REQUESTS_BAD)) {
    const subject = alertedWorkload(snapshot, alert);
    if (subject && !alerted.has(subjectKey(subject))) alerted.set(subjectKey(subject), { subject, alert });
  }
  return [...alerted.values()].flatMap(({ subject, alert }): Finding[] => {
    const below = [...alerted.entries()].filter(
      ([key]) => key !== subjectKey(subject) && graph.below(subject).has(key),
    );
    const root = below.find(([, entry]) => !below.some(([key]) => graph.below(entry.subject).has(key)))?.[1];
    if (!root || known.has(subjectKey(subject))) return [];
    return [
      {
        ...symptom(subject, [root.subject]),
        strength: 0.4,
        statement: `${formatSubject(subject)} (alert \`${alert.labels['alertname']}\`) depends on ${formatSubject(root.subject)}, for which \`${root.alert.labels['alertname']}\` fires as well`,
        evidence: [citeAlert(alert), citeAlert(root.alert)],
        since: alert.startsAt,
      },
    ];
  });
}
