import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAlert, citeTemplate } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { alertedSubjects } from '../../metrics/incident-onset.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import { activeShift, type Shift, shiftOf } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Alert, LogStream, LogTemplate } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { containersOf, isGone } from '../_shared/pods.ts';
import { recentLevel } from '../_shared/saturation.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'queue/backlog';
const ALERTS = /consumer.*lag|kafka.*lag|queue.*(backlog|lag|depth|full)|messages?.*(backlog|unacked|piling)/i;
// Below this a second a consumer stands still.
const STANDSTILL = 0.05;

/** Queues whose consumers stand still or fall behind. */
export const analyzer: Analyzer = {
  name: 'queue-backlog',
  codes: { [CODE]: 'Messages pile up: the consumer stands still, fails on one message, or cannot keep up.' },
  reads: ['metrics', 'logs', 'alerts', 'Deployment', 'StatefulSet'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const lag of signalsOf(snapshot).all('queue-lag')) {
      const shift = shiftOf(lag);
      const rising = shift?.persists && shift.direction === 'up' ? shift : null;
      if (!rising && !isClimbing(lag)) continue;
      found.set(subjectKey(lag.subject), finding(snapshot, { subject: lag.subject, lag, shift: rising }));
    }
    for (const alert of firingAlerts(snapshot, ALERTS)) {
      const subject = alertedConsumer(snapshot, alert);
      if (subject && !found.has(subjectKey(subject)) && !hasDrained(snapshot, subject))
        found.set(subjectKey(subject), finding(snapshot, { subject, alert }));
    }
    return [...found.values()];
  },
};

/** Whether a lag that was measured has come back: its alert only lingers. */
function hasDrained(snapshot: Snapshot, subject: Subject): boolean {
  const lag = signalsOf(snapshot).of('queue-lag', subject);
  return lag !== undefined && recentLevel(lag) < Math.max(...lag.samples.map(([, value]) => value)) / 2;
}

/** Whose backlog an alert is about: the workload it names, else the consumer group. */
function alertedConsumer(snapshot: Snapshot, alert: Alert): Subject | undefined {
  const workload = alertedSubjects(snapshot, alert).find(
    (subject) => snapshot.objects.find(subject) && subject.kind !== 'Node',
  );
  return workload ?? placeOf(alert.labels, 'queue', namesOf(snapshot))?.subject;
}

/** A lag that grows from sample to sample has no level to part from; a straight climb to many times its start will do. */
function isClimbing({ samples }: Signal): boolean {
  const values = samples.map(([, value]) => value);
  const [first = 0, last = 0] = [values[0], values.at(-1)];
  const steps = values.slice(1).filter((value, index) => value >= (values[index] ?? 0)).length;
  return values.length >= 10 && last >= 100 && last >= first * 2 && steps >= (values.length - 1) * 0.9;
}

interface Backlog {
  readonly subject: Subject;
  readonly lag?: Signal;
  readonly shift?: Shift | null;
  readonly alert?: Alert;
}

function finding(snapshot: Snapshot, { subject, lag, shift, alert }: Backlog): Finding {
  const consumed = signalsOf(snapshot).of('queue-consumed', subject);
  const stuck = consumed !== undefined && recentLevel(consumed) < STANDSTILL;
  const more = activeShift(snapshot, 'queue-produced', subject, 'up');
  const poison = repeatedFailure(snapshot, subject);
  const how = shift
    ? `${wordsOf(shift)} ${sinceWords(shift)}`
    : lag
      ? `its lag grows and is ${lastOf(lag)}`
      : `alert \`${alert?.labels['alertname'] ?? ''}\` fires`;
  const why = stuck
    ? `it consumes nothing any more (${lastOf(consumed)})`
    : consumed
      ? `it consumes ${lastOf(consumed)}, less than arrives`
      : '';
  return {
    code: CODE,
    subject,
    category: 'queue-backlog',
    role: 'cause',
    layer: 'dependency',
    strength: (stuck || poison ? 0.82 : lag ? 0.7 : 0.6) + (stuck && poison ? 0.06 : 0),
    statement: `messages pile up before ${formatSubject(subject)}: ${how}${why ? `; ${why}` : ''}${poison ? `; it logs the same failure over and over (${poison.template.count} times)` : ''}`,
    evidence: [
      ...(shift ? [citeShift(shift)] : lag ? [citeSignal(lag)] : []),
      ...(consumed ? [citeSignal(consumed)] : []),
      ...(poison ? [citeTemplate(poison.stream, poison.template)] : []),
      ...(more ? [citeShift(more)] : []),
      ...(alert ? [citeAlert(alert)] : []),
    ],
    since: shift?.onset ?? alert?.startsAt ?? null,
    remediation: [
      {
        action: 'restart',
        risk: 'R1',
        statement: `Restart ${formatSubject(subject)}`,
        preconditions: ['Messages are handled at least once'],
        undo: 'None needed',
      },
      {
        action: 'none',
        risk: 'R3',
        statement: 'Park or skip the record that cannot be handled',
        preconditions: ['A person has looked at the record'],
        undo: 'Replay it from where it was parked',
      },
    ],
  };
}

const FAILURE =
  /deseriali[sz]|poison|malformed|schema|offset|cannot (?:parse|decode|process)|failed to (?:parse|decode|process|handle|consume)|retry/i;
const MIN_REPEATS = 5;

/** A failure to handle a message that a running consumer keeps logging; null when there is none. */
function repeatedFailure(
  snapshot: Snapshot,
  subject: Subject,
): { readonly stream: LogStream; readonly template: LogTemplate } | null {
  for (const pod of snapshot.owners.pods(subject)) {
    if (isGone(pod)) continue;
    for (const { name } of containersOf(pod)) {
      const stream = snapshot.logs.get(pod.metadata.namespace ?? '', pod.metadata.name, name, false);
      const template = stream?.templates.find(
        ({ level, count, sample }) => level !== 'info' && count >= MIN_REPEATS && FAILURE.test(sample.text),
      );
      if (stream && template) return { stream, template };
    }
  }
  return null;
}
