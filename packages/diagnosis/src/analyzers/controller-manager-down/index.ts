import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { type Millis, MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { controlPlanePart } from '../_shared/control-plane.ts';
import { edit } from '../_shared/remedies.ts';
import { unsettledOfAll } from '../_shared/unsettled-workloads.ts';

const CODE = 'control-plane/controller-manager-down';
// A controller that runs notes a new generation within seconds.
const PATIENCE = MINUTE;

/** Workloads whose last edit no controller has noticed. */
export const analyzer: Analyzer = {
  name: 'controller-manager-down',
  codes: { [CODE]: 'Edited workloads are not acted upon: the controller manager does not run.' },
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Lease', 'Pod', 'Node'],
  analyze(snapshot) {
    const ignored = unsettledOfAll(snapshot).filter((workload) => isIgnored(snapshot, workload));
    const part = controlPlanePart(snapshot, 'kube-controller-manager', 'controller-manager');
    // One workload behind its generation may have been edited this second; a dead Lease alone may be a renamed component.
    if (ignored.length < 2 && part.signs.length === 0) return [];
    return [report(ignored, part)];
  },
};

function isIgnored(snapshot: Snapshot, workload: KubeObject): boolean {
  const observed = (workload.status as { observedGeneration?: number } | null | undefined)?.observedGeneration;
  const { generation } = workload.metadata;
  if (typeof observed !== 'number' || typeof generation !== 'number' || observed >= generation) return false;
  const edited = lastEdit(workload);
  return edited === null || snapshot.now - edited > PATIENCE;
}

function lastEdit({ metadata }: KubeObject): Millis | null {
  const times = (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource !== 'status')
    .flatMap(({ time }) => parseTime(time) ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

function report(ignored: readonly KubeObject[], part: ReturnType<typeof controlPlanePart>): Finding {
  const [first] = ignored;
  const effect = first
    ? `: the last edit of ${formatSubject(subjectOf(first))} was not acted upon`
    : ' and its leader Lease is no longer renewed';
  return {
    code: CODE,
    subject: part.subject,
    category: 'controller-manager-down',
    role: 'cause',
    layer: 'control-plane',
    strength: part.signs.length > 0 && first ? 0.95 : part.signs.length > 0 ? 0.8 : 0.7,
    statement: `The controller manager does not work${effect}`,
    evidence: [
      ...ignored
        .slice(0, 2)
        .flatMap((workload) => [
          citeField(workload, 'metadata.generation'),
          citeField(workload, 'status.observedGeneration'),
        ]),
      ...part.signs,
    ],
    aliases: part.aliases,
    affects: ignored.slice(0, 50).map(subjectOf),
    remediation: [edit('restart-node-service', 'R3', 'Restart the kube-controller-manager on the control-plane Node')],
  };
}
