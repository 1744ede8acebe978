import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

/** Pods whose host port is taken on every Node they could use. */
export const analyzer: Analyzer = {
  name: 'host-port-conflict',
  codes: { 'scheduling/host-port-conflict': 'Pods wait because their host port is taken on every usable Node.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) => causesOf(snapshot, 'host-port').map((cause) => report(snapshot, cause)),
};

function report(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const [fit] = cause.fits;
  const reason = fit?.reasons.find(({ kind }) => kind === 'host-port');
  const held =
    fit && reason ? `; on \`${fit.node.metadata.name}\` the port \`${reason.key}\` is held by ${reason.holder}` : '';
  return reportCause(snapshot, cause, {
    code: 'scheduling/host-port-conflict',
    category: 'host-port-conflict',
    statement: `${waiting(cause)}: the host port they ask for is taken on every Node they could use${held}`,
    evidence: portEvidence(snapshot, cause),
    remediation: [
      edit('patch-scheduling', 'R2', 'Use another host port, or a Service instead of a host port'),
      ...rollback(cause.subject),
    ],
  });
}

function portEvidence(snapshot: Snapshot, cause: SchedulingCause): readonly Evidence[] {
  const container = (cause.pod.spec?.containers ?? []).find(({ ports }) =>
    (ports ?? []).some(({ hostPort }) => hostPort),
  );
  if (container) return [citePodSpec(snapshot, cause.pod, `spec.containers[name=${container.name}].ports`)];
  return cause.pod.spec?.hostNetwork ? [citePodSpec(snapshot, cause.pod, 'spec.hostNetwork')] : [];
}
