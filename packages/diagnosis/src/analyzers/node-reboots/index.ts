import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { type Millis, MINUTE } from '@headwater/core/time.ts';
import { citeAlert, citeEvent } from '../../evidence/cite.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { type NodeObject, podsOn } from '../_shared/node-pods.ts';
import { rootOf } from '../_shared/workloads.ts';

const CODE = 'node/rebooting';
// Reboots further apart than this are not one trouble.
const SPAN = 90 * MINUTE;
const FLAPPING = /KubeNodeReadinessFlapping|NodeReboot|HostReboot/i;

/** Nodes that reboot again and again. */
export const analyzer: Analyzer = {
  name: 'node-reboots',
  codes: { [CODE]: 'A Node reboots again and again; all that runs there dies each time.' },
  reads: ['Node', 'Pod', 'Event', 'metrics', 'alerts'],
  analyze(snapshot) {
    return snapshot.objects.list('Node').flatMap((node) => judge(snapshot, node) ?? []);
  },
};

function judge(snapshot: Snapshot, node: NodeObject): Finding | null {
  const subject = subjectOf(node);
  const { boots, proofs } = bootsOf(snapshot, subject);
  const last = boots.at(-1);
  const first = boots[0];
  // One reboot that went well is maintenance; a Node that has been up for long has stopped rebooting.
  if (!last || !first || boots.length < 2 || !isWithin(snapshot, last.at, RECENT)) return null;
  const alert = firingAlerts(snapshot, FLAPPING).find((one) => alertedNode(snapshot, one)?.name === subject.name);
  return {
    code: CODE,
    subject,
    category: 'node-lost',
    role: 'cause',
    layer: 'node',
    strength: alert ? 0.9 : 0.86,
    statement: `${formatSubject(subject)} keeps being rebooted, ${boots.length} times of late: all its Pods died each time`,
    evidence: [...proofs, ...(alert ? [citeAlert(alert)] : [])],
    affects: podsOn(snapshot, node.metadata.name)
      .slice(0, 50)
      .map((pod) => rootOf(snapshot, pod)),
    since: first.at,
    remediation: [
      {
        action: 'cordon',
        risk: 'R2',
        statement: `Cordon ${formatSubject(subject)} and move its Pods until it is known why it reboots`,
        preconditions: ['The other Nodes have room'],
        undo: 'Uncordon it',
      },
    ],
  };
}

interface Boots {
  readonly boots: readonly { readonly at: Millis }[];
  readonly proofs: readonly Evidence[];
}

/** The reboots of the last while: what the kubelet said after each, else what the node exporter counts from. */
function bootsOf(snapshot: Snapshot, node: Subject): Boots {
  const said = snapshot.events
    .of(node, 'Rebooted')
    .filter((event) => !event.stale && isWithin(snapshot, event.last, SPAN));
  const counted = bootTimes(snapshot, node);
  if (said.length < counted.boots.length) return counted;
  return { boots: said.map(({ last }) => ({ at: last ?? 0 })), proofs: said.map(citeEvent) };
}

// Clock corrections move the boot time by a second or two.
const JITTER = 30;

function bootTimes(snapshot: Snapshot, node: Subject): Boots {
  const series = snapshot.metrics
    .find('node_boot_time_seconds', {})
    .find(({ labels }) => placeOf(labels, 'node', namesOf(snapshot))?.subject.name === node.name);
  if (!series) return { boots: [], proofs: [] };
  const boots = series.samples.flatMap(([at, value], index) => {
    const before = series.samples[index - 1]?.[1];
    return before !== undefined && value - before > JITTER && isWithin(snapshot, at, SPAN) ? [{ at }] : [];
  });
  return { boots, proofs: [citeSeries(series)] };
}
