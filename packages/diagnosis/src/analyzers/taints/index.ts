import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

/** Pods that do not tolerate the taints of the Nodes they could use. */
export const analyzer: Analyzer = {
  name: 'taints',
  codes: {
    'scheduling/taint': 'Pods wait because they do not tolerate the taint of the Nodes that would otherwise take them.',
    'scheduling/node-condition-taint': 'Pods wait for a Node that is kept free by the taint of its own bad state.',
  },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) => [
    ...causesOf(snapshot, 'taint').map((cause) => reportTaint(snapshot, cause)),
    ...causesOf(snapshot, 'node-condition').map((cause) => reportCondition(snapshot, cause)),
  ],
};

function reportTaint(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const taints = taintsOf(cause);
  const nodes = cause.fits.slice(0, 3).map(({ node }) => `\`${node.metadata.name}\``);
  const where = nodes.length > 0 ? ` of the Nodes it could use, such as ${nodes[0]}` : '';
  return reportCause(snapshot, cause, {
    code: 'scheduling/taint',
    category: 'taint-not-tolerated',
    statement: `${waiting(cause)}: nothing in the tolerations allows the taint ${taints.map((taint) => `\`${taint}\``).join(' or ')}${where}`,
    evidence: [
      citePodSpec(snapshot, cause.pod, 'spec.tolerations'),
      ...cause.fits.slice(0, 1).map(({ node }) => citeField(node, 'spec.taints')),
    ],
    remediation: [
      edit('patch-scheduling', 'R2', 'Add a toleration for the taint', ['The Nodes are meant for this workload']),
      ...rollback(cause.subject),
      {
        action: 'remove-taint',
        risk: 'R3',
        statement: 'Remove the taint from the Nodes',
        preconditions: ['Nothing else relies on the taint'],
        undo: 'Set the taint again',
      },
    ],
  });
}

// The Node is at fault, and its own analyzers say why; here it is only the reason the Pod waits.
function reportCondition(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const taints = taintsOf(cause);
  return reportCause(snapshot, cause, {
    code: 'scheduling/node-condition-taint',
    category: 'taint-not-tolerated',
    role: 'symptom',
    statement: `${waiting(cause)}: the Nodes that would take them are kept free by ${taints.map((taint) => `\`${taint}\``).join(' or ')}`,
    evidence: cause.fits.slice(0, 1).map(({ node }) => citeField(node, 'spec.taints')),
    blames: cause.fits.slice(0, 20).map(({ node }) => subjectOf(node)),
    remediation: [],
  });
}

/** The taints in the way, as the Nodes or else the scheduler name them. */
function taintsOf(cause: SchedulingCause): readonly string[] {
  const wanted = cause.kind === 'taint' ? ['taint', 'role-taint'] : ['node-condition'];
  const onNodes = cause.fits.flatMap(({ reasons }) =>
    reasons.filter(({ kind }) => kind === cause.kind).map(({ key }) => key),
  );
  const told = (cause.message?.reasons ?? [])
    .filter(({ kind }) => wanted.includes(kind))
    .map(({ key }) => key.split('=')[0] ?? key);
  return [...new Set(onNodes.length > 0 ? onNodes : told)].slice(0, 2);
}
