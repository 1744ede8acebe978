import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

/** Pods that no Node takes because each already runs as many Pods as it may. */
export const analyzer: Analyzer = {
  name: 'node-pod-capacity',
  codes: { 'scheduling/node-pod-capacity': 'Pods wait because every usable Node runs its maximum number of Pods.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) => causesOf(snapshot, 'pod-count').map((cause) => report(snapshot, cause)),
};

function report(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const [fit] = cause.fits;
  const limit = fit?.reasons.find(({ kind }) => kind === 'pod-count')?.allocatable;
  const example =
    fit && limit !== undefined ? `: \`${fit.node.metadata.name}\` may hold \`${limit}\` and holds them` : '';
  return reportCause(snapshot, cause, {
    code: 'scheduling/node-pod-capacity',
    category: 'node-pod-capacity',
    statement: `${waiting(cause)}: every Node they could use has reached its maximum number of Pods${example}`,
    evidence: fit ? [citeField(fit.node, 'status.allocatable.pods')] : [],
    remediation: [
      {
        action: 'scale',
        risk: 'R2',
        statement: 'Remove Pods that are not needed',
        preconditions: ['They serve no traffic'],
        undo: 'Scale back',
      },
      {
        action: 'none',
        risk: 'R3',
        statement: 'Add a Node or raise the maxPods of the kubelets',
        preconditions: ['The Pod network has free addresses'],
        undo: 'Restore maxPods',
      },
    ],
  });
}
