import { formatSubject } from '@headwater/core/subject.ts';
import { citeAlert, citeEvent, citeField } from '../../evidence/cite.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Signal } from '../../metrics/signal.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { failedConnections } from '../_shared/failed-connections.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { recentLevel } from '../_shared/saturation.ts';
import { fullWords, lastOf } from '../_shared/shift-words.ts';
import { subjectOf } from '../../snapshot/objects.ts';

const CODE = 'node/conntrack-full';
// The table is full at 100%; new connections already fail in bursts somewhat below.
const FULL = 0.95;
const HIGH = 0.75;

/** Nodes whose connection tracking table has no room. */
export const analyzer: Analyzer = {
  name: 'conntrack-full',
  codes: { [CODE]: 'The connection tracking table of a Node is full or nearly so; new connections are dropped.' },
  reads: ['metrics', 'Node', 'Pod', 'Event', 'alerts', 'logs'],
  analyze(snapshot) {
    const alerts = firingAlerts(snapshot, /conntrack/i).map((alert) => ({ alert, node: alertedNode(snapshot, alert) }));
    const measured = signalsOf(snapshot)
      .all('node-conntrack')
      .flatMap((signal) => {
        const level = recentLevel(signal);
        const alert = alerts.find(({ node }) => node?.name === signal.subject.name)?.alert;
        return level >= FULL || (level >= HIGH && alert) ? [report(snapshot, { signal, alert, level })] : [];
      });
    const known = new Set(measured.map(({ subject }) => subject.name));
    const unmeasured = (name: string): boolean => !known.has(name) && !isMeasured(snapshot, name);
    const logged = fromKernel(snapshot).filter(({ subject }) => unmeasured(subject.name));
    const alerted = alerts.flatMap(({ alert, node }) =>
      node && unmeasured(node.name) && !logged.some(({ subject }) => subject.name === node.name)
        ? [fromAlert(snapshot, node, alert)]
        : [],
    );
    return [...measured, ...logged, ...alerted];
  },
};

function isMeasured(snapshot: Snapshot, name: string): boolean {
  return signalsOf(snapshot).of('node-conntrack', { kind: 'Node', name }) !== undefined;
}

function report(
  snapshot: Snapshot,
  { signal, alert, level }: { signal: Signal; alert: Alert | undefined; level: number },
): Finding {
  const object = snapshot.objects.find(signal.subject);
  const node = object ? subjectOf(object) : signal.subject;
  return {
    ...base(node),
    strength: level >= FULL ? 0.88 : 0.7,
    statement: `the connection tracking table of ${formatSubject(node)} is ${level >= FULL ? 'full' : 'nearly full'}: ${lastOf(signal)} of its entries are used${fullWords(signal, 1)}, so new connections from there fail`,
    evidence: [citeSignal(signal, { full: 1 }), ...(alert ? [citeAlert(alert)] : [])],
    since: alert?.startsAt ?? null,
  };
}

const TABLE_FULL = /nf_conntrack: (?:nf_conntrack: )?table full|conntrack table full/i;

/** What the node problem detector read in the kernel's log. */
function fromKernel(snapshot: Snapshot): Finding[] {
  return snapshot.objects.list('Node').flatMap((object): Finding[] => {
    const node = subjectOf(object);
    const event = snapshot.events
      .of(node)
      .findLast(({ message, stale, last }) => !stale && TABLE_FULL.test(message) && isWithin(snapshot, last, RECENT));
    if (!event) return [];
    return [
      {
        ...base(node),
        strength: 0.86,
        statement: `the connection tracking table of ${formatSubject(node)} is full: its kernel drops packets of new connections`,
        evidence: [citeEvent(event)],
        since: event.first,
      },
    ];
  });
}

/** The alert alone is a warning; with calls from that Node that cannot connect it is the cause. */
function fromAlert(snapshot: Snapshot, node: Finding['subject'], alert: Alert): Finding {
  const failing = failedConnections(snapshot).filter(
    ({ error, hit }) => error.mode === 'timeout' && hit.pod.spec?.nodeName === node.name,
  );
  return {
    ...base(node),
    strength: failing.length > 0 ? 0.8 : 0.66,
    statement: `the connection tracking table of ${formatSubject(node)} fills up, as alert \`${alert.labels['alertname']}\` says${failing.length > 0 ? ', and calls from there time out' : ''}`,
    evidence: [
      citeAlert(alert),
      ...failing.slice(0, 2).flatMap(({ hit }) => [...citeHit(hit).slice(0, 1), citeField(hit.pod, 'spec.nodeName')]),
    ],
    affects: failing.map(({ caller }) => caller),
    since: alert.startsAt,
  };
}

function base(
  subject: Finding['subject'],
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    category: 'conntrack-full',
    role: 'cause',
    layer: 'node',
    remediation: [
      {
        action: 'scale',
        risk: 'R2',
        statement: `Find the workload on ${formatSubject(subject)} that holds most connections and scale it down or restart it`,
        preconditions: ['It can be spared'],
        undo: 'Scale it back',
      },
      {
        action: 'none',
        risk: 'R3',
        statement: `Raise the limit of connection tracking entries on ${formatSubject(subject)}`,
        preconditions: ['The Node has memory for it'],
        undo: 'Restore the former limit',
      },
    ],
  };
}
