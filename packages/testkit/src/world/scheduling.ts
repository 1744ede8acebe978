import type { NodePlan, Plan } from './plan.ts';
import type { PodState } from './pod.ts';
import { unschedulable } from './pod-states/pending.ts';

/** Why one node refused a pod, in the scheduler's words, and whether preempting could help there. */
export interface Refusal {
  readonly words: string;
  readonly preemptable: boolean;
}

/** A pod no node takes: every node's own reason, counted and sorted as the scheduler prints them. */
export function unschedulableOn(plan: Plan, reason: (node: NodePlan) => Refusal): PodState {
  const refusals = plan.nodes.map((node) => obvious(node) ?? reason(node));
  const total = plan.nodes.length;
  const helpless = refusals.filter(({ preemptable }) => !preemptable).length;
  const parts = [
    ...(helpless > 0 ? [`${helpless} Preemption is not helpful for scheduling`] : []),
    ...(total > helpless ? [`${total - helpless} No preemption victims found for incoming pod`] : []),
  ];
  return unschedulable({
    why: counted(refusals.map(({ words }) => words)),
    nodes: total,
    preemption: `${parts.join(', ')}.`,
  });
}

// What the scheduler finds before it looks at the pod's own wishes.
function obvious(node: NodePlan): Refusal | undefined {
  if (node.unschedulable) return { words: 'node(s) were unschedulable', preemptable: false };
  const taint = node.taints.find(({ effect }) => effect === 'NoSchedule');
  if (!taint) return undefined;
  return { words: `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`, preemptable: false };
}

function counted(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  const parts = [...counts].map(([word, list]) => `${list.length} ${word}`);
  return `${parts.sort().join(', ')}.`;
}
