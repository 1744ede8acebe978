import { formatSubject } from '@headwater/core/subject.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { recentLevel } from '../_shared/saturation.ts';
import { lastOf } from '../_shared/shift-words.ts';
import { tooEarlyOn } from './too-early.ts';

const CODE = 'node/clock-skew';
// Where the common alert fires; tokens and certificates forgive seconds, leases and traces do not.
const MAX_OFFSET = 0.05;

/** Nodes whose clock is wrong. */
export const analyzer: Analyzer = {
  name: 'clock-skew',
  codes: { [CODE]: 'The clock of a Node is off or no longer synchronised.' },
  reads: ['metrics', 'Node', 'Pod', 'alerts', 'logs'],
  analyze(snapshot) {
    const alerts = firingAlerts(snapshot, /^NodeClock(SkewDetected|NotSynchronising)$|clock.*(skew|drift|sync)/i).map(
      (alert) => ({ alert, node: alertedNode(snapshot, alert) }),
    );
    const skewed = signalsOf(snapshot)
      .all('node-clock-offset')
      .filter((signal) => recentLevel(signal) > MAX_OFFSET && !isConverging(signal.samples));
    const measured = skewed.map((signal): Finding => {
      const object = snapshot.objects.find(signal.subject);
      const node = object ? subjectOf(object) : signal.subject;
      const synced = signalsOf(snapshot).of('node-clock-synced', signal.subject);
      const lost = synced && recentLevel(synced) < 0.5;
      const alert = alerts.find((entry) => entry.node?.name === node.name)?.alert;
      return {
        ...base(node),
        strength: lost || alert ? 0.88 : 0.8,
        statement: `the clock of ${formatSubject(node)} is ${lastOf(signal)} off${lost ? ' and not synchronised' : ''}`,
        evidence: [citeSignal(signal), ...(lost ? [citeSignal(synced)] : []), ...(alert ? [citeAlert(alert)] : [])],
        since: alert?.startsAt ?? null,
      };
    });
    const known = new Set(measured.map(({ subject }) => subject.name));
    const told = alerts.flatMap(({ alert, node }) => (node && !known.has(node.name) ? [fromAlert(node, alert)] : []));
    const early = tooEarlyOn(snapshot).filter(({ node }) => !known.has(node.name));
    const felt = early.map(({ node, finding }) =>
      withAlert(node, finding, alerts.find((entry) => entry.node?.name === node.name)?.alert),
    );
    return [
      ...measured,
      ...felt,
      ...told.filter(({ subject }) => !early.some(({ node }) => node.name === subject.name)),
    ];
  },
};

function withAlert(
  node: Finding['subject'],
  finding: Pick<Finding, 'statement' | 'evidence' | 'affects' | 'since'>,
  alert: Parameters<typeof citeAlert>[0] | undefined,
): Finding {
  const evidence = [...finding.evidence, ...(alert ? [citeAlert(alert)] : [])];
  return { ...base(node), ...finding, strength: alert ? 0.86 : 0.76, evidence };
}

/** Whether the offset shrinks steadily: time synchronisation is at work. */
function isConverging(samples: readonly (readonly [number, number])[]): boolean {
  const tail = samples.slice(-6).map(([, value]) => value);
  return tail.length >= 4 && tail.every((value, index) => index === 0 || value < (tail[index - 1] ?? 0));
}

function fromAlert(node: Finding['subject'], alert: Parameters<typeof citeAlert>[0]): Finding {
  return {
    ...base(node),
    strength: 0.68,
    statement: `the clock of ${formatSubject(node)} is wrong, as alert \`${alert.labels['alertname']}\` says`,
    evidence: [citeAlert(alert)],
    since: alert.startsAt,
  };
}

function base(
  subject: Finding['subject'],
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    category: 'clock-skew',
    role: 'cause',
    layer: 'node',
    remediation: [
      {
        action: 'restart-node-service',
        risk: 'R3',
        statement: `Restart time synchronisation on ${formatSubject(subject)}`,
        preconditions: ['Its time sources are reachable'],
        undo: 'None needed',
      },
    ],
  };
}
