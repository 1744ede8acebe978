import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import { formatAmount } from '../../evidence/cite-fit.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { NodeReason } from '../../topology/scheduling.ts';
import { containerRequests } from '../../topology/scheduling-usage.ts';
import { citePodSpec } from './pod-spec.ts';
import { allContainers, type PodObject } from './pods.ts';
import { preemptionOf } from './preemption.ts';
import { edit, rollback } from './remedies.ts';
import type { SchedulingCause } from './scheduling.ts';
import { reportCause, waiting } from './scheduling-report.ts';

/** The finding that no Node has enough of a resource: too large a request for any Node, or Nodes that are full. */
export function reportShortage(
  snapshot: Snapshot,
  cause: SchedulingCause,
  { code, category }: { code: string; category: Category },
): Finding {
  const largest = largestRequest(cause.pod, cause.key);
  const preemptor = preemptionOf(snapshot, cause.subject);
  return reportCause(snapshot, cause, {
    code,
    category,
    statement: `${waiting(cause)}: ${explain(cause, largest)}`,
    evidence: [...requestEvidence(snapshot, cause, largest), ...allocatableEvidence(cause)],
    remediation: [
      edit('patch-resources', 'R2', `Lower the ${cause.key} request to what the workload really uses`, [
        'The recorded usage stays below the new request',
      ]),
      ...rollback(cause.subject),
      {
        action: 'none',
        risk: 'R3',
        statement: `Add a Node with enough ${cause.key}`,
        preconditions: ['The request is meant as it is'],
        undo: 'Drain and remove the Node',
      },
    ],
    // Whoever was evicted to make room for others lacks room because of them.
    ...(preemptor ? { role: 'symptom' as const, blames: [preemptor.preemptor] } : {}),
  });
}

interface LargestRequest {
  readonly container: string;
  readonly path: string;
  readonly amount: number;
}

function explain(cause: SchedulingCause, largest: LargestRequest | null): string {
  const reasons = cause.fits.flatMap(({ reasons, node }) =>
    reasons
      .filter(({ kind, key }) => kind === 'resource' && key === cause.key)
      .map((reason) => ({ reason, node: node.metadata.name })),
  );
  const [best] = reasons;
  if (!best)
    return `the scheduler finds no Node with enough ${cause.key}${largest ? ` for the \`${amountOf(cause, largest.amount)}\` that container \`${largest.container}\` requests` : ''}`;
  const wanted = amountOf(cause, best.reason.requested);
  const widest = reasons.reduce((most, one) =>
    (one.reason.allocatable ?? 0) > (most.reason.allocatable ?? 0) ? one : most,
  );
  if ((widest.reason.allocatable ?? 0) === 0)
    return `each asks for ${cause.key} \`${wanted}\` and no Node it may use offers any, such as \`${widest.node}\``;
  if (isTooLarge(widest.reason)) {
    return `each requests ${cause.key} \`${wanted}\`, more than the largest Node it may use has at all: \`${amountOf(cause, widest.reason.allocatable)}\` on \`${widest.node}\``;
  }
  const left = `\`${amountOf(cause, best.reason.free)}\` of \`${amountOf(cause, best.reason.allocatable)}\` left`;
  return `each requests ${cause.key} \`${wanted}\` and no Node it may use has that much free; \`${best.node}\` has ${left}`;
}

function isTooLarge({ requested = 0, allocatable = 0 }: NodeReason): boolean {
  return requested > allocatable;
}

function amountOf(cause: SchedulingCause, amount = 0): string {
  return formatAmount(cause.key, Math.max(0, amount));
}

/** The container that asks for most of a resource, and the field that says so. */
function largestRequest(pod: PodObject, resource: string): LargestRequest | null {
  let largest: LargestRequest | null = null;
  for (const container of allContainers(pod.spec)) {
    const amount = containerRequests(container).get(resource) ?? 0;
    if (amount <= (largest?.amount ?? 0)) continue;
    const field = container.resources?.requests?.[resource] === undefined ? 'limits' : 'requests';
    const list = (pod.spec?.containers ?? []).includes(container) ? 'containers' : 'initContainers';
    const key = /^\w+$/.test(resource) ? `.${resource}` : `['${resource}']`;
    largest = {
      container: container.name,
      amount,
      path: `spec.${list}[name=${container.name}].resources.${field}${key}`,
    };
  }
  return largest;
}

function requestEvidence(
  snapshot: Snapshot,
  cause: SchedulingCause,
  largest: LargestRequest | null,
): readonly Evidence[] {
  return largest ? [citePodSpec(snapshot, cause.pod, largest.path)] : [];
}

function allocatableEvidence(cause: SchedulingCause): readonly Evidence[] {
  const key = /^\w+$/.test(cause.key) ? `.${cause.key}` : `['${cause.key}']`;
  const widest = [...cause.fits].sort((left, right) => totalOf(right, cause.key) - totalOf(left, cause.key))[0];
  return widest ? [citeField(widest.node, `status.allocatable${key}`)] : [];
}

function totalOf({ reasons }: SchedulingCause['fits'][number], resource: string): number {
  return reasons.find(({ kind, key }) => kind === 'resource' && key === resource)?.allocatable ?? 0;
}
