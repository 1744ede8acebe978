import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { schedulingOf } from '../../topology/scheduling.ts';
import type { NodeObject } from '../../topology/scheduling-nodes.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

/** Pods whose nodeSelector no usable Node satisfies. */
export const analyzer: Analyzer = {
  name: 'node-selector',
  codes: { 'scheduling/node-selector': 'Pods wait because no usable Node carries the labels of their nodeSelector.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) => causesOf(snapshot, 'node-selector').map((cause) => report(snapshot, cause)),
};

function report(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const selector = Object.entries(cause.pod.spec?.nodeSelector ?? {});
  const [key, value] = missingPair(snapshot, cause) ?? selector[0] ?? [];
  const near = key === undefined ? null : nearestLabel(schedulingOf(snapshot.objects).nodes, key, value ?? '');
  const wanted = key === undefined ? 'its nodeSelector' : `\`${key}\` = \`${value}\``;
  return reportCause(snapshot, cause, {
    code: 'scheduling/node-selector',
    category: 'node-selector-mismatch',
    statement: `${waiting(cause)}: the nodeSelector asks for ${wanted}, which no usable Node carries${near ? `; Node \`${near.node}\` has \`${near.key}\` = \`${near.value}\`` : ''}`,
    evidence: [citePodSpec(snapshot, cause.pod, 'spec.nodeSelector'), ...(near ? [near.evidence] : [])],
    remediation: [
      edit('patch-scheduling', 'R1', 'Restore the nodeSelector to labels that Nodes carry'),
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

/** The pair that the nearest Nodes lack. */
function missingPair(snapshot: Snapshot, { fits }: SchedulingCause): [string, string] | null {
  const missing = fits[0]?.reasons.find(({ kind }) => kind === 'node-selector')?.key;
  const split = missing?.indexOf('=') ?? -1;
  return missing === undefined || split < 0 ? null : [missing.slice(0, split), missing.slice(split + 1)];
}

interface NearLabel {
  readonly node: string;
  readonly key: string;
  readonly value: string;
  readonly evidence: Evidence;
}

// The same key with another value is nearer than another key with the same value.
function nearestLabel(nodes: readonly NodeObject[], key: string, value: string): NearLabel | null {
  const carriers = nodes.filter(({ metadata }) => metadata.labels?.[key] !== undefined);
  const found =
    carriers.length > 0
      ? key
      : nearMiss(key, new Set(nodes.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}))));
  if (found === null) return null;
  const candidates = nodes.filter(({ metadata }) => metadata.labels?.[found] !== undefined);
  const close = nearMiss(value, new Set(candidates.map(({ metadata }) => metadata.labels?.[found] ?? '')));
  const node =
    candidates.find(({ metadata }) => metadata.labels?.[found] === (found === key ? close : value)) ?? candidates[0];
  const actual = node?.metadata.labels?.[found];
  if (!node || typeof actual !== 'string') return null;
  return {
    node: node.metadata.name,
    key: found,
    value: actual,
    evidence: citeField(node, `metadata.labels['${found}']`),
  };
}
