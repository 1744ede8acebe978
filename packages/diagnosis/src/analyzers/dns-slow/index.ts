import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { activeShifts, type Shift } from '../../metrics/shifts.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { clusterComponent } from '../_shared/cluster-component.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { edit } from '../_shared/remedies.ts';
import { throttledWorkloads } from '../_shared/saturation.ts';
import { sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { excessiveSearch, SEARCHED } from './search-path.ts';

const CODE = 'dns/slow';
// A lookup this slow is felt in every request that makes one.
const SLOW = 0.05;
const MIN_RATIO = 3;
const MIN_FAILURES = 0.02;

/** Cluster DNS that answers late or not at all. */
export const analyzer: Analyzer = {
  name: 'dns-slow',
  codes: {
    [CODE]: 'Cluster DNS answers several times slower than before, or fails lookups.',
    [SEARCHED]: 'A workload in trouble asks every name under each search domain first (`ndots`).',
  },
  reads: ['metrics', 'alerts', 'Deployment', 'Pod', 'changes'],
  analyze: (snapshot) => [...ofCluster(snapshot), ...excessiveSearch(snapshot)],
};

function ofCluster(snapshot: Snapshot): Finding[] {
  const late = activeShifts(snapshot, 'dns-latency', 'up').filter(
    ({ after, ratio }) => after.median >= SLOW && ratio >= MIN_RATIO,
  );
  const failing = activeShifts(snapshot, 'dns-errors', 'up').filter(({ after }) => after.median >= MIN_FAILURES);
  const alerts = firingAlerts(
    snapshot,
    /^CoreDNS(LatencyHigh|ErrorsHigh|ForwardLatencyHigh|ForwardErrorsHigh)$|(kube|core)_?dns.*(latency|slow|error)/i,
  );
  const [alert] = alerts;
  if (late.length + failing.length > 0) return [measured(snapshot, [...late, ...failing], alert)];
  if (!alert) return [];
  const { subject, aliases } = clusterComponent(snapshot, 'dns', 'coredns');
  return [
    {
      ...base(subject, aliases),
      strength: 0.62,
      statement: `cluster DNS (${formatSubject(subject)}) is slow or failing, as alert \`${alert.labels['alertname']}\` says`,
      evidence: [citeAlert(alert)],
      since: alert.startsAt,
    },
  ];
}

function measured(
  snapshot: Snapshot,
  shifts: readonly Shift[],
  alert: Parameters<typeof citeAlert>[0] | undefined,
): Finding {
  const { subject, aliases } = clusterComponent(snapshot, 'dns', 'coredns');
  const throttled = throttledWorkloads(snapshot).get(subjectKey(subject));
  return {
    ...base(subject, aliases),
    strength: throttled ? 0.88 : 0.82,
    statement: `cluster DNS (${formatSubject(subject)}) is slow: ${shifts.map((shift) => `${wordsOf(shift)} ${sinceWords(shift)}`).join('; ')}${throttled ? '; its CPU limit throttles it' : ''}`,
    evidence: [
      ...shifts.map(citeShift),
      ...(throttled ? [citeSignal(throttled.signal)] : []),
      ...(alert ? [citeAlert(alert)] : []),
    ],
    since: Math.min(...shifts.map(({ onset }) => onset)),
  };
}

function base(
  subject: Finding['subject'],
  aliases: readonly Finding['subject'][],
): Pick<Finding, 'code' | 'subject' | 'aliases' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    aliases,
    category: 'dns-slow',
    role: 'cause',
    layer: 'dependency',
    remediation: [
      edit('scale', 'R3', `Scale ${formatSubject(subject)} or raise its CPU limit`, ['Its upstream resolvers answer']),
    ],
  };
}
