import type { Millis } from '@headwater/core/time.ts';
import type { Complaint } from '@headwater/testkit/world/caller-logs.ts';
import { complaintLog } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, gauge, type Shape } from '@headwater/testkit/world/metrics.ts';
import { aboutNode } from '@headwater/testkit/world/node.ts';
import type { NodePlan, Plan, PodPlan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';

/** The nodes applications run on: the one the fault happens to, another, and the rest. */
export function workersOf(plan: Plan): { bad: NodePlan; good: NodePlan; workers: readonly NodePlan[] } {
  const workers = plan.nodes.filter(({ controlPlane }) => !controlPlane);
  const turn = plan.scene.random.int('bad-node', 0, 1);
  const [bad, good] = turn === 0 ? [workers[0], workers[1]] : [workers[1], workers[0]];
  if (!bad || !good) throw new Error('a node fault needs two worker nodes');
  return { bad, good, workers };
}

/** The labels node-exporter's series carry. */
export function exporterLabels(plan: Plan, node: NodePlan): Record<string, string> {
  const byName = plan.scene.random.chance('exporter-by-name', 0.6);
  const instance = byName ? node.name : `${node.address}:9100`;
  return { instance, job: 'node-exporter', namespace: 'monitoring', ...(byName ? {} : { node: node.name }) };
}

/** A gauge node-exporter serves about one node. */
export function hostGauge(
  plan: Plan,
  node: NodePlan,
  series: { name: string; labels?: Record<string, string>; value: Shape },
): void {
  const labels = { ...exporterLabels(plan, node), ...series.labels };
  addMetrics(plan, gauge(plan.scene, series.name, labels, series.value));
}

/** A gauge whose every digit matters, such as a time. */
export function hostExact(
  plan: Plan,
  node: NodePlan,
  series: { name: string; labels?: Record<string, string>; value: Shape },
): void {
  const { labels, samples } = gauge(
    plan.scene,
    series.name,
    { ...exporterLabels(plan, node), ...series.labels },
    () => 0,
  );
  addMetrics(plan, { labels, samples: samples.map(([time]) => [time, series.value(time)] as const) });
}

/** A counter node-exporter serves about one node. */
export function hostCounter(
  plan: Plan,
  node: NodePlan,
  series: { name: string; labels?: Record<string, string>; rate: Shape },
): void {
  const labels = { ...exporterLabels(plan, node), ...series.labels };
  addMetrics(plan, counter(plan.scene, series.name, labels, { rate: series.rate }));
}

interface NodeEvent {
  readonly reason: string;
  readonly message: string;
  readonly type?: 'Normal' | 'Warning';
  readonly first: Millis;
  readonly last?: Millis;
  readonly count?: number;
  readonly component?: string;
}

/** An Event about a node, by its kubelet unless another component says it. */
export function nodeEvent(plan: Plan, node: NodePlan, event: NodeEvent): void {
  const component = event.component ?? 'kubelet';
  plan.events.push({
    about: aboutNode(node),
    type: event.type ?? 'Warning',
    reason: event.reason,
    message: event.message,
    count: event.count ?? 1,
    first: event.first,
    last: event.last ?? event.first,
    component,
    host: node.name,
  });
}

export interface Placed {
  readonly node: NodePlan;
  readonly complaints?: readonly Complaint[];
  readonly state?: PodState;
  readonly created?: Millis;
  readonly salt?: string;
}

/** Puts one pod of a workload on each given node; those with complaints say so in their logs. */
export function placeOn(plan: Plan, workload: Workload, places: readonly Placed[]): void {
  workload.replicas = places.length;
  workload.pods = places.map(({ node, complaints, state = running(), created, salt }): PodPlan => {
    const base: PodPlan = { revision: 'current', state, node: node.name, created, salt };
    if (!complaints) return base;
    const container = mainContainer(workload.spec).name;
    return {
      ...base,
      logs: (pod) => [{ container, lines: complaintLog(plan.scene, workload, { pod, options: { complaints } }) }],
    };
  });
}
