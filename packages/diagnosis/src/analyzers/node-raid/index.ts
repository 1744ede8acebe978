import { formatSubject } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';

const CODE = 'node/disk-failed';
const FRESH = 15 * MINUTE;

/** Metrics that are above zero only when hardware has failed, with what they mean. */
const METRICS: readonly (readonly [metric: string, labels: Readonly<Record<string, string>>, says: string])[] = [
  ['node_md_disks', { state: 'failed' }, 'a disk of a RAID array has failed'],
  ['node_filesystem_readonly', {}, 'a filesystem turned read-only'],
  ['node_filesystem_device_error', {}, 'a filesystem cannot be read'],
  ['node_edac_uncorrectable_errors_total', {}, 'memory errors could not be corrected'],
];

/** Nodes with failed disks or memory, by the node exporter. */
export const analyzer: Analyzer = {
  name: 'node-raid',
  codes: { [CODE]: 'A disk, filesystem or memory module of a Node has failed.' },
  reads: ['metrics', 'alerts', 'Node'],
  analyze(snapshot) {
    const found = new Map<string, Finding>();
    for (const finding of [...METRICS.flatMap((rule) => fromMetric(snapshot, rule)), ...fromAlerts(snapshot)]) {
      if (!found.has(finding.subject.name)) found.set(finding.subject.name, finding);
    }
    return [...found.values()];
  },
};

function fromMetric(snapshot: Snapshot, [metric, labels, says]: (typeof METRICS)[number]): readonly Finding[] {
  return snapshot.metrics.find(metric, labels).flatMap((series): Finding[] => {
    const [first, last] = [series.samples[0], series.samples.at(-1)];
    // What was so from the start (a read-only mount, an old count) was not what broke now.
    if (!first || !last || last[1] <= 0 || last[1] <= first[1] || snapshot.now - last[0] > FRESH) return [];
    const place = placeOf(series.labels, 'node', namesOf(snapshot));
    if (!place) return [];
    const since = series.samples.find(([, value]) => value > first[1])?.[0] ?? null;
    return [
      {
        ...base(known(snapshot, place.subject)),
        strength: 0.86,
        statement: `${formatSubject(place.subject)} has failing hardware: ${says}`,
        evidence: [citeSeries(series)],
        since,
      },
    ];
  });
}

function fromAlerts(snapshot: Snapshot): readonly Finding[] {
  return firingAlerts(snapshot, /^NodeRAID(DiskFailure|Degraded)$|smart.*fail|edac/i).flatMap((alert): Finding[] => {
    const node = alertedNode(snapshot, alert);
    return node
      ? [
          {
            ...base(known(snapshot, node)),
            strength: 0.7,
            statement: `${formatSubject(node)} has failing hardware, as alert \`${alert.labels['alertname']}\` says`,
            evidence: [citeAlert(alert)],
            since: alert.startsAt,
          },
        ]
      : [];
  });
}

function known(snapshot: Snapshot, node: Finding['subject']): Finding['subject'] {
  const object = snapshot.objects.find(node);
  return object ? subjectOf(object) : node;
}

function base(
  subject: Finding['subject'],
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    category: 'node-hardware',
    role: 'cause',
    layer: 'node',
    remediation: [
      {
        action: 'drain-node',
        risk: 'R3',
        statement: `Cordon, drain and repair ${formatSubject(subject)}`,
        preconditions: ['The other Nodes have room', 'Data on its disks has another copy'],
        undo: 'Uncordon it',
      },
    ],
  };
}
