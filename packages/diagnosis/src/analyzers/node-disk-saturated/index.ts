import { formatSubject } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { activeShift } from '../../metrics/shifts.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { cameWith, type Hog, hogOf, victimsOn } from '../_shared/node-hogs.ts';
import { type SaturatedNode, saturatedNodes } from '../_shared/node-saturation.ts';
import { recentLevel } from '../_shared/saturation.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'node/disk-saturated';
const ALERT = /NodeDiskIOSaturation|disk.*(saturat|busy|latency)|HostUnusualDisk/i;

/** Nodes whose disks cannot keep up. */
export const analyzer: Analyzer = {
  name: 'node-disk-saturated',
  codes: { [CODE]: 'A disk of a Node is busy all the time or has a queue, and what writes to it waits.' },
  reads: ['metrics', 'Node', 'Pod', 'alerts'],
  analyze(snapshot) {
    const busy = saturatedNodes(snapshot, { name: 'node-disk-busy', limit: 0.9, alert: ALERT });
    const known = new Set(busy.map(({ node }) => node.name));
    // Ten requests waiting on average is where the common alert fires: an SSD is busy long before it is full.
    const queued = saturatedNodes(snapshot, { name: 'node-disk-queue', limit: 10, alert: ALERT }).filter(
      ({ node }) => !known.has(node.name),
    );
    const measured = [...busy, ...queued].map((saturated) => finding(snapshot, saturated));
    return measured.length > 0 ? measured : alerted(snapshot);
  },
};

/** What an alert says of Nodes whose disks nobody measured here. */
function alerted(snapshot: Snapshot): Finding[] {
  if (signalsOf(snapshot).all('node-disk-busy').length > 0) return [];
  return firingAlerts(snapshot, ALERT).flatMap((alert): Finding[] => {
    const node = alertedNode(snapshot, alert);
    if (!node) return [];
    return [
      {
        code: CODE,
        subject: node,
        category: 'node-disk-saturated',
        role: 'cause',
        layer: 'saturation',
        strength: 0.68,
        statement: `a disk of ${formatSubject(node)} cannot keep up, as alert \`${alert.labels['alertname']}\` says`,
        evidence: [citeAlert(alert)],
        since: alert.startsAt,
      },
    ];
  });
}

function finding(snapshot: Snapshot, { node, signal, shift, alert }: SaturatedNode): Finding {
  const hog = diskHog(snapshot, node.name);
  const waiting = activeShift(snapshot, 'node-iowait', node, 'up');
  const victims = victimsOn(snapshot, node.name, {
    except: hog?.subject ?? node,
    from: (shift?.onset ?? snapshot.now) - 2 * MINUTE,
  });
  const how = shift ? `${wordsOf(shift)} ${sinceWords(shift)}` : `disk use is ${lastOf(signal)}`;
  const came = hog && shift && cameWith(snapshot, { workload: hog.subject, node: node.name, time: shift.onset });
  const culprit = hog && (victims.length > 0 || came);
  return {
    code: CODE,
    subject: node,
    category: 'node-disk-saturated',
    role: culprit ? 'symptom' : 'cause',
    layer: 'saturation',
    strength: (victims.length > 0 ? 0.82 : 0.7) + (waiting ? 0.04 : 0),
    statement: `a disk of ${formatSubject(node)} cannot keep up: ${how}${waiting ? `; ${wordsOf(waiting)}` : ''}${hog ? `; ${formatSubject(hog.subject)} ${hog.signal.name === 'disk-io' ? 'writes' : 'reads'} most, ${lastOf(hog.signal)}` : ''}`,
    evidence: [
      shift ? citeShift(shift) : citeSignal(signal),
      ...(waiting ? [citeShift(waiting)] : []),
      ...(hog ? [citeSignal(hog.signal)] : []),
      ...victims.slice(0, 2).map(citeShift),
      ...(alert ? [citeAlert(alert)] : []),
    ],
    affects: victims.map((victim) => victim.signal.subject),
    ...(culprit ? { blames: [hog.subject] } : {}),
    since: shift?.onset ?? alert?.startsAt ?? null,
    remediation: [
      {
        action: 'drain-node',
        risk: 'R3',
        statement: `Move what writes most off ${formatSubject(node)}, or slow it down`,
        preconditions: ['Other Nodes have disks that can take it'],
        undo: 'Uncordon the Node',
      },
    ],
  };
}

/** Who moves most bytes to or from the disks of a Node. */
function diskHog(snapshot: Snapshot, node: string): Hog | null {
  const writer = hogOf(snapshot, node, 'disk-io');
  const reader = hogOf(snapshot, node, 'disk-reads');
  if (!writer || !reader) return writer ?? reader;
  return recentLevel(reader.signal) > recentLevel(writer.signal) ? reader : writer;
}
