import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

/** Pods that required affinity or anti-affinity with other Pods keeps from every Node. */
export const analyzer: Analyzer = {
  name: 'anti-affinity',
  codes: {
    'scheduling/pod-anti-affinity':
      'Pods wait because required anti-affinity rules keep them from every Node that has room.',
    'scheduling/pod-affinity': 'Pods wait because no Node runs the Pods that their required affinity asks for.',
  },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) =>
    causesOf(snapshot, 'pod-anti-affinity', 'pod-affinity').map((cause) => report(snapshot, cause)),
};

function report(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const anti = cause.kind === 'pod-anti-affinity';
  const field = anti ? 'podAntiAffinity' : 'podAffinity';
  const replicas =
    cause.root.kind === 'Deployment' || cause.root.kind === 'StatefulSet'
      ? [citeField(cause.root, 'spec.replicas')]
      : [];
  return reportCause(snapshot, cause, {
    code: anti ? 'scheduling/pod-anti-affinity' : 'scheduling/pod-affinity',
    category: 'anti-affinity-conflict',
    statement: `${waiting(cause)}: ${anti ? explainAnti(cause) : explainAffinity(cause)}`,
    evidence: [citePodSpec(snapshot, cause.pod, `spec.affinity.${field}`), ...replicas],
    remediation: [
      edit('patch-scheduling', 'R2', `Make the ${field} rule preferred instead of required`),
      ...(anti ? [edit('scale', 'R2', 'Lower the replicas to the number of Nodes the rule allows')] : []),
      ...rollback(cause.subject),
    ],
  });
}

function explainAnti(cause: SchedulingCause): string {
  const breach = cause.fits[0]?.reasons.find(({ kind }) => kind === 'pod-anti-affinity')?.breach;
  if (!breach) return 'its required podAntiAffinity leaves no Node, the scheduler says';
  const domain = `\`${breach.topologyKey}\` = \`${breach.domain}\``;
  const whose = breach.byExisting
    ? 'the required podAntiAffinity of Pods already placed'
    : 'its required podAntiAffinity';
  return `${whose} allows one matching Pod per \`${breach.topologyKey}\`, and every Node it could use has one, such as ${domain}`;
}

function explainAffinity(cause: SchedulingCause): string {
  const breach = cause.fits[0]?.reasons.find(({ kind }) => kind === 'pod-affinity')?.breach;
  const per = breach ? ` in any \`${breach.topologyKey}\` it could use` : '';
  return `its required podAffinity asks for Pods that do not run${per}`;
}
