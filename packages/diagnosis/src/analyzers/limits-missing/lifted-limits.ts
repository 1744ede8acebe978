import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAlert, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { unlimited } from '../_shared/limits.ts';
import { placementEvidence } from '../_shared/placement-evidence.ts';
import { livesOn, workloadsOn } from '../_shared/placement.ts';
import { previousRevision } from '../_shared/previous-revision.ts';
import { rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';

/**
 * Without a measurement: a Node is said to run out of memory, and a workload on it lost its memory limit with its last
 * revision, shortly before.
 */
export function findLiftedLimits(snapshot: Snapshot, name: RegExp): readonly Finding[] {
  return firingAlerts(snapshot, name).flatMap((alert) => {
    const node = alertedNode(snapshot, alert);
    if (!node) return [];
    return workloadsOn(snapshot, node.name)
      .filter((workload) => livesOn(snapshot, workload, node.name))
      .flatMap((workload) => judge(snapshot, workload, { node, alert }) ?? []);
  });
}

function judge(
  snapshot: Snapshot,
  workload: Subject,
  { node, alert }: { node: Subject; alert: Alert },
): Finding | null {
  const previous = previousRevision(snapshot, workload);
  const [open] = previous ? unlimited(snapshot, workload, 'memory') : [];
  if (!previous || !open) return null;
  const path = `spec.template.spec.containers[name=${open.container}].resources.limits.memory`;
  const former = readField(previous, path);
  const change = former === undefined ? undefined : suspectChange(snapshot, workload, /resources/, alert.startsAt);
  if (!change) return null;
  return {
    code: 'saturation/limits-missing',
    subject: workload,
    category: 'limits-missing',
    role: 'cause',
    layer: 'saturation',
    strength: 0.65,
    change: change.change.id,
    statement: `container \`${open.container}\` of ${formatSubject(workload)} has no memory limit since its last revision, which had \`${String(former)}\` before, and ${formatSubject(node)}, where it runs, is said to run out of memory`,
    evidence: [
      open.evidence,
      citeField(previous, path),
      change.evidence,
      citeAlert(alert),
      ...placementEvidence(snapshot, workload, node.name),
    ],
    affects: [node],
    since: change.change.time,
    remediation: rollback(workload),
  };
}
