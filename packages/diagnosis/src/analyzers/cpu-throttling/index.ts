import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { activeShift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedWorkload, firingAlerts } from '../_shared/firing-alerts.ts';
import { cpuLimit } from '../_shared/limits.ts';
import { worstShift } from '../_shared/node-hogs.ts';
import { edit } from '../_shared/remedies.ts';
import { type Throttled, throttledWorkloads } from '../_shared/saturation.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { suspectChange } from '../_shared/suspect-change.ts';

const CODE = 'saturation/cpu-throttling';

/** Workloads that their own CPU limit slows down. */
export const analyzer: Analyzer = {
  name: 'cpu-throttling',
  codes: { [CODE]: 'The CPU limit of a workload throttles it, and it became slower or an alert fires on it.' },
  reads: ['metrics', 'Deployment', 'StatefulSet', 'DaemonSet'],
  analyze(snapshot) {
    const alerts = new Map(
      firingAlerts(snapshot, /throttl/i).flatMap((alert) => {
        const subject = alertedWorkload(snapshot, alert);
        return subject ? [[subjectKey(subject), alert] as const] : [];
      }),
    );
    const measured = [...throttledWorkloads(snapshot).values()].flatMap(
      (throttled) => judge(snapshot, throttled, alerts.get(subjectKey(throttled.subject))) ?? [],
    );
    const known = new Set(measured.map(({ subject }) => subjectKey(subject)));
    const alerted = [...alerts.values()].flatMap((alert) => fromAlert(snapshot, alert, known) ?? []);
    return [...measured, ...alerted];
  },
};

function judge(snapshot: Snapshot, { subject, signal, shift }: Throttled, alert: Alert | undefined): Finding | null {
  // Throttled just as much when all was well: a fact of life here, not what changed.
  if (!shift && !alert) return null;
  const felt = worstShift(snapshot, subject);
  const cpu = activeShift(snapshot, 'cpu', subject, 'up');
  const load = activeShift(snapshot, 'request-rate', subject, 'up');
  const surged = shift !== null && load !== null && load.ratio >= 1.5 && load.onset <= shift.onset + 2 * MINUTE;
  const limit = cpuLimit(snapshot, subject);
  const changed = suspectChange(snapshot, subject, /resources\.limits/, shift?.onset ?? null);
  const how = shift ? `${wordsOf(shift)} ${sinceWords(shift)}` : `throttling is ${lastOf(signal)}`;
  const limited = limit ? `, at a limit of \`${limit.value}\` CPU` : '';
  return {
    ...base(subject),
    strength: surged ? 0.6 : felt ? 0.9 : 0.78,
    statement: `${formatSubject(subject)} is held back by its CPU limit: ${how}${limited}${felt ? `; ${wordsOf(felt)}` : ''}`,
    evidence: [
      shift ? citeShift(shift) : citeSignal(signal),
      ...(limit ? [limit.evidence] : []),
      ...(felt ? [citeShift(felt)] : []),
      ...(cpu ? [citeShift(cpu)] : []),
      ...(changed ? [changed.evidence] : []),
      ...(alert ? [citeAlert(alert)] : []),
    ],
    ...(changed ? { change: changed.change.id } : {}),
    since: shift?.onset ?? alert?.startsAt ?? null,
    ruledOut: load ? [] : rateRuledOut(snapshot, subject),
    remediation: [raise(subject)],
  };
}

function fromAlert(snapshot: Snapshot, alert: Alert, known: ReadonlySet<string>): Finding | null {
  const subject = alertedWorkload(snapshot, alert);
  if (!subject || known.has(subjectKey(subject)) || !snapshot.objects.find(subject)) return null;
  const cut = suspectChange(snapshot, subject, /resources\.limits/, alert.startsAt);
  const limit = cut ? cpuLimit(snapshot, subject) : null;
  return {
    ...base(subject),
    strength: limit ? 0.72 : 0.6,
    statement: `${formatSubject(subject)} is throttled by its CPU limit${limit ? ` of \`${limit.value}\`, which a change has set` : ''}, as alert \`${alert.labels['alertname']}\` says`,
    evidence: [citeAlert(alert), ...(limit && cut ? [limit.evidence, cut.evidence] : [])],
    ...(limit && cut ? { change: cut.change.id } : {}),
    since: alert.startsAt,
    remediation: [raise(subject)],
  };
}

function base(subject: Finding['subject']): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer'> {
  return { code: CODE, subject, category: 'cpu-throttling', role: 'cause', layer: 'saturation' };
}

function rateRuledOut(snapshot: Snapshot, subject: Finding['subject']): NonNullable<Finding['ruledOut']> {
  const rate = signalsOf(snapshot).of('request-rate', subject);
  if (!rate) return [];
  return [
    {
      category: 'traffic-surge',
      statement: `its request rate has not risen and is ${lastOf(rate)}`,
      evidence: [citeSignal(rate)],
    },
  ];
}

function raise(subject: Finding['subject']): NonNullable<Finding['remediation']>[number] {
  return edit('patch-resources', 'R2', `Raise the CPU limit of ${formatSubject(subject)}`, [
    'Its Node has unrequested CPU',
    'No rollout explains the higher use; else roll back',
  ]);
}
