import type { LabelRequirement } from '@headwater/core/kube/selector.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { schedulingOf } from '../../topology/scheduling.ts';
import { requiredNodeTerms } from '../../topology/scheduling-nodes.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

const REQUIRED = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';

/** Pods whose required node affinity no usable Node satisfies. */
export const analyzer: Analyzer = {
  name: 'node-affinity',
  codes: { 'scheduling/node-affinity': 'Pods wait because no usable Node satisfies their required node affinity.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) => causesOf(snapshot, 'node-affinity').map((cause) => report(snapshot, cause)),
};

function report(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const requirements = (requiredNodeTerms(cause.pod.spec ?? {}) ?? []).flatMap((term) => [
    ...(term.matchExpressions ?? []),
    ...(term.matchFields ?? []),
  ]);
  const carrier = carrierOf(snapshot, requirements);
  return reportCause(snapshot, cause, {
    code: 'scheduling/node-affinity',
    category: 'node-affinity-mismatch',
    statement: `${waiting(cause)}: the required nodeAffinity asks for ${formatAll(requirements)}, which no usable Node satisfies${carrier ? `; Node \`${carrier.node}\` has \`${carrier.key}\` = \`${carrier.value}\`` : ''}`,
    evidence: [citePodSpec(snapshot, cause.pod, REQUIRED), ...(carrier ? [carrier.evidence] : [])],
    remediation: [
      edit('patch-scheduling', 'R1', 'Restore the affinity to labels that Nodes carry, or make it preferred'),
      ...rollback(cause.subject, 'R1'),
      {
        action: 'patch-scheduling',
        risk: 'R3',
        statement: 'Label a suitable Node',
        preconditions: ['The Node is meant for this workload'],
        undo: 'Remove the label',
      },
    ],
  });
}

function formatAll(requirements: readonly LabelRequirement[]): string {
  const parts = requirements.slice(0, 3).map(({ key, operator, values }) => {
    const list = (values ?? []).slice(0, 4).map((value) => `\`${value}\``);
    return `\`${key}\` ${operator}${list.length > 0 ? ` ${list.join(', ')}` : ''}`;
  });
  return parts.length > 0 ? parts.join(' and ') : 'labels';
}

// What a Node has for the key shows whether the value or the key is the slip.
function carrierOf(snapshot: Snapshot, requirements: readonly LabelRequirement[]) {
  for (const { key, operator } of requirements) {
    if (!key || operator !== 'In') continue;
    const node = schedulingOf(snapshot.objects).nodes.find(({ metadata }) => metadata.labels?.[key] !== undefined);
    const value = node?.metadata.labels?.[key];
    if (node && value !== undefined)
      return { node: node.metadata.name, key, value, evidence: citeField(node, `metadata.labels['${key}']`) };
  }
  return null;
}
