import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { activeShifts } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type FailedConnection, failedConnections } from '../_shared/failed-connections.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { type NodeNetworkFault, nodeNetworkFaults } from '../_shared/node-network.ts';
import { livesOn } from '../_shared/placement.ts';
import { placementEvidence } from '../_shared/placement-evidence.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { selectedBy } from '../../topology/selection.ts';

const CODE = 'node/network-degraded';
// Delay makes senders repeat a segment now and then until they have learnt of it; loss makes them do so all the time.
const LOSS = 2;

/** Nodes whose network is slow or loses packets. */
export const analyzer: Analyzer = {
  name: 'node-network',
  codes: {
    [CODE]:
      'Several workloads of one Node became worse together, its network errors or retransmissions rose, or an alert says so.',
  },
  reads: ['metrics', 'Node', 'Pod', 'alerts', 'logs'],
  analyze(snapshot) {
    const degraded = nodeNetworkFaults(snapshot).map((fault) => fromPattern(snapshot, fault));
    const known = new Set(degraded.map(({ subject }) => subject.name));
    const erring = activeShifts(snapshot, 'node-net-errors', 'up').filter(
      ({ signal, after }) => after.median >= 1 && !known.has(signal.subject.name),
    );
    const alerts = firingAlerts(
      snapshot,
      /^NodeNetwork(Receive|Transmit)Errs$|NodeNetworkInterfaceFlapping|NodeBondingDegraded/,
    );
    const measured = erring.map(
      (shift): Finding => ({
        ...base(shift.signal.subject),
        strength: 0.75,
        statement: `the network interface of ${formatSubject(shift.signal.subject)} fails: ${wordsOf(shift)} ${sinceWords(shift)}`,
        evidence: [citeShift(shift)],
        since: shift.onset,
      }),
    );
    for (const { subject } of measured) known.add(subject.name);
    return [...degraded, ...measured, ...alerts.flatMap((alert) => fromAlert(snapshot, alert, known) ?? [])];
  },
};

function fromPattern(snapshot: Snapshot, { node, retransmits, affected }: NodeNetworkFault): Finding {
  const known = snapshot.objects.find(node);
  const subject = known ? { ...node, apiVersion: known.apiVersion } : node;
  const [worst] = [...affected].sort(
    (left, right) =>
      right.score - left.score || (subjectKey(left.signal.subject) < subjectKey(right.signal.subject) ? -1 : 1),
  );
  const names = affected.map(({ signal }) => formatSubject(signal.subject)).sort();
  // The one the statement quotes is among those cited, however many there are.
  const shown = [...(worst ? [worst] : []), ...affected.filter((shift) => shift !== worst)].slice(0, 4);
  const cpu = signalsOf(snapshot).of('node-cpu', node);
  const isLoss = retransmits !== null && retransmits.after.median >= LOSS;
  const what = isLoss ? `loses packets: ${wordsOf(retransmits)} ${sinceWords(retransmits)}` : 'is delayed';
  const effect = worst ? `; ${formatSubject(worst.signal.subject)}: ${wordsOf(worst)} ${sinceWords(worst)}` : '';
  return {
    ...base(subject),
    strength: retransmits ? 0.9 : 0.78,
    statement: `the network of ${formatSubject(node)} ${what}; ${names.slice(0, 4).join(', ')} run there or talk to what does, and became worse together${effect}`,
    evidence: [
      ...(retransmits ? [citeShift(retransmits)] : []),
      ...shown.map(citeShift),
      ...shown.flatMap(({ signal }) => placementEvidence(snapshot, signal.subject, node.name)),
    ],
    affects: affected.map(({ signal }) => signal.subject),
    since: retransmits?.onset ?? worst?.onset ?? null,
    ruledOut: cpu
      ? [
          {
            subject: node,
            category: 'node-cpu-saturated',
            statement: `${formatSubject(node)} has CPU to spare: ${lastOf(cpu)} used`,
            evidence: [citeSignal(cpu)],
          },
        ]
      : [],
  };
}

function fromAlert(snapshot: Snapshot, alert: Alert, known: ReadonlySet<string>): Finding | null {
  const node = alertedNode(snapshot, alert);
  if (!node || known.has(node.name)) return null;
  const failing = failingAround(snapshot, node.name);
  return {
    ...base(node),
    // The alert alone is a warning; with calls to or from that Node that get no answer it is the cause.
    strength: failing.length > 0 ? 0.8 : 0.65,
    statement: `the network of ${formatSubject(node)} is degraded, as alert \`${alert.labels['alertname']}\` says${failing.length > 0 ? '; calls to or from Pods there fail' : ''}`,
    evidence: [citeAlert(alert), ...failing.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1))],
    affects: failing.map(({ caller }) => caller),
    since: alert.startsAt,
  };
}

/** Failed calls of which one end lives on a Node. */
function failingAround(snapshot: Snapshot, node: string): readonly FailedConnection[] {
  const livesThere = (service: Subject): boolean =>
    selectedBy(snapshot.topology, service).some((workload) => livesOn(snapshot, workload, node));
  return failedConnections(snapshot).filter(
    ({ error, hit, service }) =>
      /^(?:timeout|reset|no-answer)$/.test(error.mode) &&
      (hit.pod.spec?.nodeName === node || (service !== null && livesThere(service))),
  );
}

function base(
  subject: Finding['subject'],
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    category: 'node-network-degraded',
    role: 'cause',
    layer: 'node',
    remediation: [
      {
        action: 'drain-node',
        risk: 'R3',
        statement: `Cordon ${formatSubject(subject)} and move its workloads to other Nodes`,
        preconditions: [
          'Other Nodes have room',
          'PodDisruptionBudgets allow the moves',
          'No network chaos experiment selects the Node; else remove that first',
        ],
        undo: 'Uncordon the Node',
      },
    ],
  };
}
