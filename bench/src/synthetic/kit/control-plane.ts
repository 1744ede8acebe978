import type { Millis } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { leaderLease, staticPod, type StaticPodName } from '@headwater/testkit/world/kube-system.ts';
import { addMetrics, counter, type Shape } from '@headwater/testkit/world/metrics.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';

/** The control-plane node of a cluster that shows one. */
export function controlPlaneOf(plan: Plan): NodePlan {
  const node = plan.nodes.find(({ controlPlane }) => controlPlane);
  if (!node) throw new Error('the scenario needs a visible control plane');
  return node;
}

/** Puts a component of the control plane into another state. */
export function replaceStaticPod(plan: Plan, name: StaticPodName, state: PodState): void {
  const node = controlPlaneOf(plan);
  const index = plan.objects.findIndex(
    ({ kind, metadata }) => kind === 'Pod' && metadata.name === `${name}-${node.name}`,
  );
  plan.objects[index] = staticPod(plan, node, name, state);
}

/** Lets the Lease of a leader end at a time. */
export function stopLeading(plan: Plan, name: 'kube-scheduler' | 'kube-controller-manager', renewed: Millis): void {
  const index = plan.objects.findIndex(({ kind, metadata }) => kind === 'Lease' && metadata.name === name);
  plan.objects[index] = leaderLease(plan, name, controlPlaneOf(plan).name, renewed);
}

/** The labels of what an API server says of itself. */
export function apiServerLabels(plan: Plan): Record<string, string> {
  const address = plan.nodes.find(({ controlPlane }) => controlPlane)?.address ?? '172.16.4.17';
  return {
    endpoint: 'https',
    instance: `${address}:6443`,
    job: 'apiserver',
    namespace: 'default',
    service: 'kubernetes',
  };
}

/** A histogram's buckets: `share` gives the part of all observations up to a bound. */
export function histogram(
  plan: Plan,
  series: {
    name: string;
    labels: Record<string, string>;
    bounds: readonly string[];
    rate: Shape;
    share: (index: number, time: number) => number;
  },
): void {
  for (const [index, le] of series.bounds.entries())
    addMetrics(
      plan,
      counter(
        plan.scene,
        `${series.name}_bucket`,
        { ...series.labels, le },
        { rate: (time) => series.rate(time) * series.share(index, time) },
      ),
    );
}

/** The alert of an API server that burns its error budget. */
export function apiErrorBudget(plan: Plan, at: Millis): void {
  alert(plan, {
    alertname: 'KubeAPIErrorBudgetBurn',
    severity: 'critical',
    labels: { long: '1h', short: '5m' },
    summary: 'The API server is burning too much error budget.',
    description: 'The API server is burning too much error budget on cluster .',
    at,
  });
}
