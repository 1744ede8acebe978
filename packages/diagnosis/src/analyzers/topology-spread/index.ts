import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

/** Pods that a hard topology spread constraint keeps from every Node. */
export const analyzer: Analyzer = {
  name: 'topology-spread',
  codes: {
    'scheduling/topology-spread': 'Pods wait because every Node with room would break a topology spread constraint.',
  },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) => causesOf(snapshot, 'topology-spread').map((cause) => report(snapshot, cause)),
};

function report(snapshot: Snapshot, cause: SchedulingCause): Finding {
  return reportCause(snapshot, cause, {
    code: 'scheduling/topology-spread',
    category: 'topology-spread-violation',
    statement: `${waiting(cause)}: ${explain(cause)}`,
    evidence: [citePodSpec(snapshot, cause.pod, 'spec.topologySpreadConstraints')],
    remediation: [
      edit('patch-scheduling', 'R2', 'Set `whenUnsatisfiable: ScheduleAnyway` or raise maxSkew'),
      ...rollback(cause.subject),
    ],
  });
}

function explain(cause: SchedulingCause): string {
  const breach = cause.fits[0]?.reasons.find(({ kind }) => kind === 'topology-spread')?.breach;
  if (!breach) return 'its topologySpreadConstraints leave no Node, the scheduler says';
  if (breach.domain === null)
    return `its topologySpreadConstraints need the Node label \`${breach.topologyKey}\`, which the Nodes it could use lack`;
  return `topologySpreadConstraints with maxSkew \`${breach.maxSkew}\` forbid another Pod in \`${breach.topologyKey}\` = \`${breach.domain}\`, which has \`${breach.matching}\` against \`${breach.minimum}\` in the emptiest domain, where no Node can take it`;
}
